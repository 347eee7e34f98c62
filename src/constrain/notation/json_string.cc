#include "constrain/notation/json_string.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "constrain/regular/byte_rows.h"
#include "constrain/regular/char_coder.h"
#include "constrain/regular/json_escapes.h"

namespace byeol::constrain {
namespace {

using Edges = CharCoder::Edges;

// Six times as many bytes, the longest escapes, are still not too many for a grammar.
constexpr std::int64_t kLongest = 10'000;
constexpr char kHex[] = "0123456789abcdef";

bool is_escaped(std::uint8_t byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

// The letter behind the backslash of an escaped one; 0: there is none.
char short_escape(std::uint8_t byte) {
  for (const auto [character, letter] : kShortEscapes)
    if (character == byte) return static_cast<char>(letter);
  return 0;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<std::uint8_t>(letter);
    if (!is_escaped(byte))
      result += letter;
    else if (const char escape = short_escape(byte); escape != 0)
      result.append({'\\', escape});
    else
      result.append("\\u00").append({kHex[byte >> 4], kHex[byte & 15]});
  }
  return result;
}

// An automaton over plain bytes → the same over escaped ones. Each state stays; what stands behind
// a backslash are new ones, shared by the states that mean the same by it.
class Escaping {
 public:
  Escaping(const ByteAutomaton& plain, Budget& budget)
      : plain_(plain), budget_(budget), coder_(plain.states()) {}

  Result<std::shared_ptr<const ByteAutomaton>> escaped() {
    for (std::int32_t state = 0; state < plain_.states(); ++state) {
      const std::int32_t nodes = coder_.nodes();
      Edges& row = rows_.emplace_back(bytes_as_they_are(state));
      if (const std::int32_t to = behind_backslash(state); to >= 0) row.push_back({'\\', '\\', to});
      BYEOL_TRY_OK(budget_.spend(2 + coder_.nodes() - nodes, "the grammar"));
    }
    std::vector<bool> accepting;
    for (std::int32_t state = 0; state < plain_.states(); ++state)
      accepting.push_back(plain_.accepts(state));
    return automaton_of(rows_, coder_, std::move(accepting), budget_, "the grammar");
  }

 private:
  Edges bytes_as_they_are(std::int32_t state) const {
    Edges edges;
    for (int value = 0; value < 256; ++value) {
      const auto byte = static_cast<std::uint8_t>(value);
      const std::int32_t to = is_escaped(byte) ? ByteAutomaton::kDead : plain_.next(state, byte);
      if (to < 0) continue;
      if (!edges.empty() && edges.back().to == to && edges.back().last + 1 == value)
        edges.back().last = byte;
      else
        edges.push_back({byte, byte, to});
    }
    return edges;
  }

  std::int32_t behind_backslash(std::int32_t state) {
    Edges letters, third;
    for (int high = 0; high < 2; ++high) {
      Edges fourth;
      for (int low = 0; low < 16; ++low) {
        const auto byte = static_cast<std::uint8_t>(high << 4 | low);
        if (short_escape(byte) == 0) add(fourth, kHex[low], plain_.next(state, byte));
      }
      add(third, kHex[high], coder_.node(fourth));
    }
    Edges second, first;
    add(second, '0', coder_.node(third));
    add(first, '0', coder_.node(second));
    add(letters, 'u', coder_.node(first));
    for (const auto [character, letter] : kShortEscapes)
      if (is_escaped(character))
        add(letters, static_cast<char>(letter), plain_.next(state, character));
    return coder_.node(letters);
  }

  static void add(Edges& edges, char letter, std::int32_t to) {
    const auto byte = static_cast<std::uint8_t>(letter);
    if (to >= 0) edges.push_back({byte, byte, to});
  }

  const ByteAutomaton& plain_;
  Budget& budget_;
  CharCoder coder_;
  std::vector<Edges> rows_;  // By state.
};

class Writer {
 public:
  Writer(GrammarBuilder& builder, const Grammar& texts, Budget& budget)
      : builder_(builder), texts_(texts), budget_(budget), made_(texts.size(), kNotYet) {}

  Result<NodeId> write() {
    const auto size = static_cast<NodeId>(texts_.size());
    for (NodeId id = 0; id < size; ++id)
      if (texts_.node(id).kind == NodeKind::kRule) {
        BYEOL_CHECK(texts_.node(id).mark == RuleMark::kNone);  // No notation marks any.
        made(id) = builder_.declare("");
      }
    for (NodeId id = 0; id < size; ++id) BYEOL_TRY_OK(make(id));
    for (NodeId id = 0; id < size; ++id)
      if (texts_.node(id).kind == NodeKind::kRule)
        builder_.define(made(id), made(texts_.node(id).children[0]));
    return made(texts_.root());
  }

 private:
  static constexpr NodeId kNotYet = -1;

  NodeId& made(NodeId id) { return made_[static_cast<std::size_t>(id)]; }

  // Children before their parents, however deep they are; rules, which close every circle, are
  // there already.
  Status make(NodeId root) {
    std::vector<NodeId> waiting{root};
    while (!waiting.empty()) {
      const NodeId id = waiting.back();
      const std::size_t before = waiting.size();
      if (made(id) == kNotYet)
        for (const NodeId child : texts_.node(id).children)
          if (made(child) == kNotYet) waiting.push_back(child);
      if (waiting.size() > before) continue;
      waiting.pop_back();
      if (made(id) != kNotYet) continue;
      BYEOL_TRY(made(id), node(texts_.node(id)));
    }
    return ok();
  }

  Result<NodeId> node(const Node& node) {
    std::vector<NodeId> children;
    for (const NodeId child : node.children) children.push_back(made(child));
    switch (node.kind) {
      case NodeKind::kEmpty:
        return builder_.empty();
      case NodeKind::kText:
        return builder_.text(escaped(node.text));
      case NodeKind::kRegular:
        return regular(node.automaton);
      case NodeKind::kSequence:
        return builder_.sequence(std::move(children));
      case NodeKind::kChoice:
        return builder_.choice(std::move(children));
      case NodeKind::kRepeat:
        return builder_.repeat(children[0], node.min, node.max);
      case NodeKind::kToken:
      case NodeKind::kRule:
        break;
    }
    BYEOL_CHECK(false);
  }

  Result<NodeId> regular(const std::shared_ptr<const ByteAutomaton>& plain) {
    const auto [found, is_new] = regular_.emplace(plain.get(), kNotYet);
    if (is_new) {
      BYEOL_TRY(auto automaton, Escaping(*plain, budget_).escaped());
      found->second = builder_.regular(std::move(automaton));
    }
    return found->second;
  }

  GrammarBuilder& builder_;
  const Grammar& texts_;
  Budget& budget_;
  std::vector<NodeId> made_;  // By node of texts_.
  std::map<const ByteAutomaton*, NodeId> regular_;
};

}  // namespace

Result<NodeId> add_json_string(GrammarBuilder& builder, const Grammar& texts, Budget& budget) {
  if (texts.node(texts.root()).bytes_min > kLongest)
    return Error{ErrorCode::kInvalidArgument, "the shortest text of the grammar is longer than " +
                                                  std::to_string(kLongest) + " bytes"};
  BYEOL_TRY(const NodeId body, Writer(builder, texts, budget).write());
  return builder.sequence({builder.text("\""), body, builder.text("\"")});
}

}  // namespace byeol::constrain
