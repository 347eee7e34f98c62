// The automaton of Knuth, Morris and Pratt together with that of UTF-8.
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "constrain/notation/notations.h"

namespace byeol::constrain {
namespace {

// What a character's bytes still have to be: the next byte is from `low` to `high`, then `then`.
struct Utf8State {
  std::uint8_t low, high;
  int then;
};
enum : int { kBroken = -1, kBegin = 0, kOne, kTwo, kThree, kE0, kEd, kF0, kF4 };
constexpr Utf8State kInside[] = {
    {0, 0, 0},          {0x80, 0xbf, kBegin}, {0x80, 0xbf, kOne}, {0x80, 0xbf, kTwo},
    {0xa0, 0xbf, kOne}, {0x80, 0x9f, kOne},   {0x90, 0xbf, kTwo}, {0x80, 0x8f, kTwo},
};

int utf8_next(int state, std::uint8_t byte) {
  if (state != kBegin) {
    const Utf8State& inside = kInside[state];
    return byte >= inside.low && byte <= inside.high ? inside.then : kBroken;
  }
  if (byte < 0x80) return kBegin;
  if (byte < 0xc2 || byte > 0xf4) return kBroken;
  if (byte < 0xe0) return kOne;
  if (byte < 0xf0) return byte == 0xe0 ? kE0 : byte == 0xed ? kEd : kTwo;
  return byte == 0xf0 ? kF0 : byte == 0xf4 ? kF4 : kThree;
}

class Search {
 public:
  explicit Search(std::string_view stop) : stop_(stop), border_(stop.size() + 1) {
    for (std::size_t i = 1, matched = 0; i < stop.size(); ++i) {
      while (matched > 0 && stop[i] != stop[matched]) matched = border_[matched];
      if (stop[i] == stop[matched]) ++matched;
      border_[i + 1] = matched;
    }
  }

  // How much of `stop` the text ends with; all of it: found.
  std::size_t next(std::size_t matched, char byte) const {
    while (matched > 0 && stop_[matched] != byte) matched = border_[matched];
    return stop_[matched] == byte ? matched + 1 : 0;
  }

  // Whether `stop`, written here, is found at its own end and not before: then the text before it
  // may end here. It is found before where the text's end and the beginning of `stop` are one.
  std::vector<bool> may_end() const {
    std::vector<bool> result(stop_.size(), true);
    // `matched` bytes of an earlier one, then a period of `stop`: the rest of it follows.
    for (std::size_t border = border_[stop_.size()]; border > 0; border = border_[border])
      result[stop_.size() - border] = false;
    // So it is for a text whose end holds such a beginning of it.
    for (std::size_t matched = 1; matched < stop_.size(); ++matched)
      if (!result[border_[matched]]) result[matched] = false;
    return result;
  }

 private:
  std::string_view stop_;
  std::vector<std::size_t> border_;  // Of the first so many bytes.
};

}  // namespace

Result<NodeId> add_text_without(GrammarBuilder& builder, std::string_view stop, Budget& budget) {
  if (stop.empty() || !utf8::is_valid(stop))
    return Error{ErrorCode::kInvalidArgument, "a text's end must be UTF-8 and not empty"};
  BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(stop.size()), "a text's end"));
  const Search search(stop);
  // Bytes that no state tells apart.
  std::array<std::uint8_t, 256> class_of{};
  std::vector<std::uint8_t> example;
  std::map<std::vector<int>, std::size_t> classes;
  for (int byte = 0; byte < 256; ++byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    std::vector<int> signature{
        stop.find(static_cast<char>(value)) == std::string_view::npos ? -1 : byte};
    for (int state = kBegin; state <= kF4; ++state) signature.push_back(utf8_next(state, value));
    const auto [found, is_new] = classes.emplace(std::move(signature), example.size());
    if (is_new) example.push_back(value);
    class_of[value] = static_cast<std::uint8_t>(found->second);
  }

  using State = std::pair<std::size_t, int>;
  std::vector<State> states{{0, kBegin}};
  std::map<State, std::int32_t> number{{states[0], 0}};
  std::vector<std::int32_t> next;
  std::vector<bool> accepting;
  const std::vector<bool> may_end = search.may_end();
  for (std::size_t i = 0; i < states.size(); ++i) {
    BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(example.size()), "a text's end"));
    const auto [matched, inside] = states[i];
    accepting.push_back(inside == kBegin && may_end[matched]);
    for (const std::uint8_t byte : example) {
      const State to{search.next(matched, static_cast<char>(byte)), utf8_next(inside, byte)};
      if (to.second == kBroken || to.first == stop.size()) {
        next.push_back(ByteAutomaton::kDead);
        continue;
      }
      const auto [found, is_new] = number.emplace(to, static_cast<std::int32_t>(states.size()));
      if (is_new) states.push_back(to);
      next.push_back(found->second);
    }
  }
  return builder.regular(std::make_shared<const ByteAutomaton>(
      class_of, static_cast<std::int32_t>(example.size()), std::move(next), std::move(accepting)));
}

}  // namespace byeol::constrain
