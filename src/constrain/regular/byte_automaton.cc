#include "constrain/regular/byte_automaton.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace byeol::constrain {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

using ClassOfByte = std::array<std::uint8_t, 256>;

// How the characters beyond ASCII begin in UTF-8.
struct Utf8Lead {
  int from, to;                // The first byte.
  int second_from, second_to;  // The byte after it.
  int rest;                    // How many more there are.
};
constexpr Utf8Lead kUtf8Leads[] = {{0xc2, 0xdf, 0x80, 0xbf, 0}, {0xe0, 0xe0, 0xa0, 0xbf, 1},
                                   {0xe1, 0xec, 0x80, 0xbf, 1}, {0xed, 0xed, 0x80, 0x9f, 1},
                                   {0xee, 0xef, 0x80, 0xbf, 1}, {0xf0, 0xf0, 0x90, 0xbf, 2},
                                   {0xf1, 0xf3, 0x80, 0xbf, 2}, {0xf4, 0xf4, 0x80, 0x8f, 2}};

// Decides loops_on_plain() with one byte of each class in place of all bytes.
class PlainLoop {
 public:
  PlainLoop(const ByteAutomaton& automaton, const ClassOfByte& class_of_byte)
      : automaton_(automaton), tail_(0x80, 0xbf, class_of_byte) {
    for (int byte = 0x20; byte < 0x80; ++byte)
      if (byte != '"' && byte != '\\') plain_ascii_.add(byte, class_of_byte);
    for (const Utf8Lead& lead : kUtf8Leads)
      leads_.push_back({Bytes(lead.from, lead.to, class_of_byte),
                        Bytes(lead.second_from, lead.second_to, class_of_byte), lead.rest});
  }

  bool at(std::int32_t state) const {
    if (!all_lead(state, plain_ascii_, [&](std::int32_t to) { return to == state; })) return false;
    return std::ranges::all_of(leads_, [&](const Lead& lead) {
      return all_lead(state, lead.first, [&](std::int32_t second) {
        return all_lead(second, lead.second,
                        [&](std::int32_t to) { return tail_leads(to, lead.rest, state); });
      });
    });
  }

 private:
  // One byte of each class that a range of bytes meets.
  struct Bytes {
    std::vector<std::uint8_t> bytes;
    std::array<bool, 256> met{};

    Bytes() = default;
    Bytes(int from, int to, const ClassOfByte& class_of_byte) {
      for (int byte = from; byte <= to; ++byte) add(byte, class_of_byte);
    }
    void add(int byte, const ClassOfByte& class_of_byte) {
      const auto b = static_cast<std::uint8_t>(byte);
      if (!std::exchange(met[class_of_byte[b]], true)) bytes.push_back(b);
    }
  };
  struct Lead {
    Bytes first, second;
    int rest;
  };

  template <typename Predicate>
  bool all_lead(std::int32_t state, const Bytes& bytes, const Predicate& predicate) const {
    return std::ranges::all_of(bytes.bytes, [&](std::uint8_t byte) {
      const std::int32_t to = automaton_.next(state, byte);
      return to >= 0 && predicate(to);
    });
  }
  bool tail_leads(std::int32_t from, int rest, std::int32_t state) const {
    if (rest == 0) return from == state;
    return all_lead(from, tail_, [&](std::int32_t to) { return tail_leads(to, rest - 1, state); });
  }

  const ByteAutomaton& automaton_;
  Bytes plain_ascii_, tail_;
  std::vector<Lead> leads_;
};

// Breadth first, against the transitions.
std::vector<std::int32_t> distances(const std::vector<std::int32_t>& next,
                                    const std::vector<bool>& accepting, std::size_t classes) {
  const std::size_t states = accepting.size();
  std::vector<std::int32_t> begin(states + 1, 0), tails, result(states, -1), queue;
  const auto for_each = [&](const auto& act) {
    for (std::size_t state = 0; state < states; ++state)
      for (std::size_t cls = 0; cls < classes; ++cls) {
        const std::int32_t head = next[state * classes + cls];
        const bool again = cls > 0 && next[state * classes + cls - 1] == head;
        if (head >= 0 && !again) act(static_cast<std::int32_t>(state), head);
      }
  };
  for_each([&](std::int32_t, std::int32_t head) { ++begin[at(head) + 1]; });
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  tails.resize(at(begin.back()));
  std::vector<std::int32_t> place(begin.begin(), begin.end() - 1);
  for_each([&](std::int32_t tail, std::int32_t head) { tails[at(place[at(head)]++)] = tail; });
  for (std::size_t state = 0; state < states; ++state)
    if (accepting[state]) result[state] = 0, queue.push_back(static_cast<std::int32_t>(state));
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::int32_t head = queue[i];
    for (std::int32_t j = begin[at(head)]; j < begin[at(head) + 1]; ++j) {
      const std::int32_t tail = tails[at(j)];
      if (result[at(tail)] >= 0) continue;
      result[at(tail)] = result[at(head)] + 1;
      queue.push_back(tail);
    }
  }
  BYEOL_CHECK(queue.size() == states);  // No dead ends.
  return result;
}

}  // namespace

ByteAutomaton::ByteAutomaton(std::array<std::uint8_t, 256> class_of_byte, std::int32_t classes,
                             std::vector<std::int32_t> next, std::vector<bool> accepting)
    : class_of_byte_(class_of_byte),
      classes_(classes),
      next_(std::move(next)),
      accepting_(std::move(accepting)),
      loops_on_plain_(accepting_.size()),
      bytes_to_end_(distances(next_, accepting_, at(classes))) {
  const PlainLoop loop(*this, class_of_byte_);
  for (std::int32_t state = 0; state < states(); ++state)
    loops_on_plain_[at(state)] = loop.at(state);
}

}  // namespace byeol::constrain
