#include "constrain/grammar_factor.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace byeol::constrain {
namespace {

// An alternative: a text (maybe empty), then a node (-1: nothing more).
struct Branch {
  std::string text;
  NodeId rest;
};

// How deep alternatives may be shared within one another; what is deeper stays as it is.
constexpr int kDeepest = 2000;

class Factoring {
 public:
  explicit Factoring(GrammarBuilder& builder) : builder_(builder) {}

  std::vector<NodeId> of_nodes(const std::vector<NodeId>& alternatives) {
    std::vector<NodeId> result, heads;
    std::vector<Branch> texts;
    std::map<NodeId, std::vector<NodeId>> by_head;  // Alternatives by a first node that is no text.
    for (const NodeId id : alternatives) {
      const Node& node = builder_.node(id);
      const bool sequence = node.kind == NodeKind::kSequence;
      const NodeId head = sequence ? node.children[0] : id;
      if (builder_.node(head).kind == NodeKind::kText) {
        texts.push_back({builder_.node(head).text, sequence ? id : -1});
        continue;
      }
      auto& same = by_head[head];
      if (same.empty()) heads.push_back(head);
      same.push_back(id);
    }
    for (const NodeId head : heads) result.push_back(of_head(head, by_head[head]));
    if (texts.size() == 1) {
      result.push_back(texts[0].rest >= 0 ? texts[0].rest : builder_.text(texts[0].text));
    } else if (!texts.empty()) {
      for (Branch& branch : texts)
        if (branch.rest >= 0) branch.rest = tail_of(branch.rest, 1);
      std::ranges::stable_sort(texts, {}, &Branch::text);
      of_texts(texts, 0, texts.size(), 0, 0, result);
    }
    return result;
  }

 private:
  // Alternatives that begin with the same node, or are it.
  NodeId of_head(NodeId head, const std::vector<NodeId>& alternatives) {
    if (alternatives.size() == 1) return alternatives[0];
    const auto parts = [&](NodeId id) {
      return id == head ? std::vector<NodeId>{head} : builder_.node(id).children;
    };
    std::vector<NodeId> common = parts(alternatives[0]);
    for (const NodeId id : alternatives) {
      const std::vector<NodeId> other = parts(id);
      common.erase(std::ranges::mismatch(common, other).in1, common.end());
    }
    std::vector<NodeId> tails;
    for (const NodeId id : alternatives)
      tails.push_back(id == head ? builder_.empty() : tail_of(id, common.size()));
    common.push_back(builder_.choice(std::move(tails)));
    return builder_.sequence(std::move(common));
  }
  NodeId tail_of(NodeId sequence, std::size_t from) {
    const std::vector<NodeId>& children = builder_.node(sequence).children;
    return builder_.sequence(
        {children.begin() + static_cast<std::ptrdiff_t>(from), children.end()});
  }

  // Those of [begin, end) have their first `shared` bytes in common.
  void of_texts(const std::vector<Branch>& all, std::size_t begin, std::size_t end,
                std::size_t shared, int depth, std::vector<NodeId>& result) {
    std::size_t at = begin;
    std::vector<NodeId> ended;  // What may follow where the text is over.
    for (; at < end && all[at].text.size() == shared; ++at)
      ended.push_back(all[at].rest >= 0 ? all[at].rest : builder_.empty());
    if (!ended.empty()) result.push_back(builder_.choice(std::move(ended)));
    while (at < end) {
      std::size_t next = at + 1;
      while (next < end && all[next].text[shared] == all[at].text[shared]) ++next;
      const std::string_view first(all[at].text);
      if (next - at == 1 || depth > kDeepest) {
        for (; at < next; ++at) result.push_back(whole(all[at], shared));
        continue;
      }
      // Sorted: what the first and the last share, all do.
      const std::string_view last(all[next - 1].text);
      const auto border = std::ranges::mismatch(first, last).in1 - first.begin();
      const auto common = static_cast<std::size_t>(border);
      std::vector<NodeId> inner;
      of_texts(all, at, next, common, depth + 1, inner);
      const NodeId prefix = builder_.text(std::string(first.substr(shared, common - shared)));
      result.push_back(builder_.sequence({prefix, builder_.unfactored(std::move(inner))}));
      at = next;
    }
  }

  NodeId whole(const Branch& branch, std::size_t shared) {
    const NodeId text = builder_.text(branch.text.substr(shared));
    return branch.rest >= 0 ? builder_.sequence({text, branch.rest}) : text;
  }

  GrammarBuilder& builder_;
};

}  // namespace

std::vector<NodeId> factored(GrammarBuilder& builder, std::vector<NodeId> alternatives) {
  if (alternatives.size() < 2) return alternatives;
  return Factoring(builder).of_nodes(alternatives);
}

}  // namespace byeol::constrain
