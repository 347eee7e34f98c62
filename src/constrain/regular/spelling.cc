#include "constrain/regular/spelling.h"

#include <utility>

#include "constrain/regular/byte_rows.h"
#include "constrain/regular/char_coder.h"
#include "constrain/regular/json_escapes.h"

namespace byeol::constrain {
namespace {

using Digit = CharCoder::Digit;
using Edges = CharCoder::Edges;
using Segments = CharCoder::Segments;
using Spelling = Language::Spelling;
using Tail = CharCoder::Tail;

class Speller {
 public:
  Speller(const Dfa& dfa, Spelling spelling, Budget& budget)
      : dfa_(dfa), spelling_(spelling), budget_(budget), coder_(dfa.states()) {}

  Result<std::shared_ptr<const ByteAutomaton>> spell() {
    rows_.resize(dfa_.accepting.size());
    for (std::int32_t state = 0; state < dfa_.states(); ++state) {
      const std::int32_t nodes = coder_.nodes();
      Edges& row = rows_[static_cast<std::size_t>(state)];
      characters_of(state);
      characters_as_they_are(row);
      if (spelling_ != Spelling::kText) {
        Edges escapes = spelling_ == Spelling::kJson ? needed_escapes() : all_escapes();
        if (const std::int32_t to = coder_.node(escapes); to >= 0) row.push_back({'\\', '\\', to});
      }
      BYEOL_TRY_OK(budget_.spend(1 + coder_.nodes() - nodes));
    }
    return assembled();
  }

 private:
  void characters_of(std::int32_t state) {
    characters_.clear();
    for (std::size_t i = 0; i < dfa_.alphabet.starts.size(); ++i) {
      const std::int32_t to = dfa_.step(state, dfa_.alphabet.class_of[i]);
      if (to < 0) continue;
      const std::uint32_t first = dfa_.alphabet.starts[i], last = dfa_.alphabet.last(i);
      if (!characters_.empty() && characters_.back().to == to &&
          characters_.back().last + 1 == first)
        characters_.back().last = last;
      else
        characters_.push_back({first, last, to});
    }
  }

  // The characters in these ranges.
  const Segments& within(std::initializer_list<CharRange> ranges) {
    part_.clear();
    for (const CharRange& range : ranges) clip(characters_, range.first, range.last, part_);
    return part_;
  }

  void characters_as_they_are(Edges& row) {
    const Segments& ascii = spelling_ == Spelling::kText
                                ? within({{0, 0x7f}})
                                : within({{0x20, 0x21}, {0x23, 0x5b}, {0x5d, 0x7f}});
    coder_.add(row, {Digit::kByte, 0, 128}, Tail::kUtf8_0, 0, ascii);
    coder_.add(row, {Digit::kByte, 0xc0, 32}, Tail::kUtf8_1, 0, within({{0x80, 0x7ff}}));
    coder_.add(row, {Digit::kByte, 0xe0, 16}, Tail::kUtf8_2, 0,
               within({{0x800, 0xd7ff}, {0xe000, 0xffff}}));
    coder_.add(row, {Digit::kByte, 0xf0, 8}, Tail::kUtf8_3, 0, within({{0x10000, kLastChar}}));
  }

  void short_escapes(Edges& edges) {
    for (const auto [character, letter] : kShortEscapes) {
      if (character == '/' && spelling_ == Spelling::kJson) continue;
      const Segments& one = within({{character, character}});
      if (!one.empty()) edges.push_back({letter, letter, one[0].to});
    }
  }

  // What stands behind the backslash.
  Edges needed_escapes() {
    Edges edges, digits;
    short_escapes(edges);
    coder_.add(digits, {Digit::kLowerHex, 0, 16}, Tail::kLowerHex3, 0,
               within({{0, 7}, {0xb, 0xb}, {0xe, 0x1f}}));
    if (const std::int32_t to = coder_.node(digits); to >= 0) edges.push_back({'u', 'u', to});
    return edges;
  }
  Edges all_escapes() {
    Edges edges, digits, behind_d;
    short_escapes(edges);
    coder_.add(digits, {Digit::kHex, 0, 16}, Tail::kHex3, 0,
               within({{0, 0xcfff}, {0xe000, 0xffff}}));
    coder_.add(behind_d, {Digit::kHex, 0, 8}, Tail::kHex2, 0xd000, within({{0xd000, 0xd7ff}}));
    coder_.add(behind_d, {Digit::kHex, 8, 4}, Tail::kPair8, 0x10000,
               within({{0x10000, kLastChar}}));
    if (const std::int32_t to = coder_.node(behind_d); to >= 0) {
      digits.push_back({'d', 'd', to});
      digits.push_back({'D', 'D', to});
    }
    if (const std::int32_t to = coder_.node(digits); to >= 0) edges.push_back({'u', 'u', to});
    return edges;
  }

  Result<std::shared_ptr<const ByteAutomaton>> assembled() {
    std::vector<bool> accepting(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) accepting[i] = dfa_.accepting[i] != 0;
    return automaton_of(rows_, coder_, std::move(accepting), budget_, "the constraint");
  }

  const Dfa& dfa_;
  const Spelling spelling_;
  Budget& budget_;
  CharCoder coder_;
  std::vector<Edges> rows_;     // By state of the automaton over characters.
  Segments characters_, part_;  // Of the current state; some of them.
};

}  // namespace

Result<std::shared_ptr<const ByteAutomaton>> spelled(const Dfa& dfa, Spelling spelling,
                                                     Budget& budget) {
  return Speller(dfa, spelling, budget).spell();
}

}  // namespace byeol::constrain
