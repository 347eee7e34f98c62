#include "constrain/plain_closed.h"

#include <iterator>
#include <unordered_set>

#include "constrain/utf8_leads.h"

namespace byeol::constrain {
namespace {

constexpr std::size_t kMostPlaces = 1024;
// Where in a character a place is: between two of them; behind the first byte of kUtf8Leads[i];
// so many bytes before the end of one.
constexpr int kBetween = 0;
constexpr int kBehindLead = 1;
constexpr int kBeforeEnd = kBehindLead + static_cast<int>(std::size(kUtf8Leads));
constexpr int kWheres = 16;
static_assert(kBeforeEnd + 2 < kWheres);

class Search {
 public:
  explicit Search(const ByteAutomaton& automaton) : automaton_(automaton) {}

  bool run(std::int32_t state, std::vector<std::int32_t>& states) {
    add(state, kBetween);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_.size() > kMostPlaces) return false;
      const auto [from, where] = places_[i];
      if (where == kBetween) states.push_back(from);
      if (!follow(from, where)) return false;
    }
    return true;
  }

 private:
  struct Place {
    std::int32_t state;
    int where;
  };

  void add(std::int32_t state, int where) {
    if (met_.insert(static_cast<std::int64_t>(state) * kWheres + where).second)
      places_.push_back({state, where});
  }

  // Whether no byte of the range leads nowhere.
  bool range(std::int32_t from, int first, int last, int where) {
    std::int32_t before = ByteAutomaton::kDead;  // Most bytes of a range behave alike.
    for (int byte = first; byte <= last; ++byte) {
      const std::int32_t to = automaton_.next(from, static_cast<std::uint8_t>(byte));
      if (to == ByteAutomaton::kDead) return false;
      if (to != before) add(to, where);
      before = to;
    }
    return true;
  }

  bool follow(std::int32_t from, int where) {
    if (where >= kBeforeEnd) {
      const int left = where - kBeforeEnd;
      return range(from, 0x80, 0xbf, left == 1 ? kBetween : kBeforeEnd + left - 1);
    }
    if (where >= kBehindLead) {
      const Utf8Lead& lead = kUtf8Leads[where - kBehindLead];
      return range(from, lead.second_first, lead.second_last,
                   lead.more == 0 ? kBetween : kBeforeEnd + lead.more);
    }
    if (!range(from, 0x20, 0x21, kBetween) || !range(from, 0x23, 0x5b, kBetween) ||
        !range(from, 0x5d, 0x7f, kBetween))
      return false;
    int at = kBehindLead;
    for (const Utf8Lead& lead : kUtf8Leads)
      if (!range(from, lead.first, lead.last, at++)) return false;
    return true;
  }

  const ByteAutomaton& automaton_;
  std::vector<Place> places_;
  std::unordered_set<std::int64_t> met_;
};

}  // namespace

bool takes_any_plain_text(const ByteAutomaton& automaton, std::int32_t state,
                          std::vector<std::int32_t>& states) {
  states.clear();
  return Search(automaton).run(state, states);
}

}  // namespace byeol::constrain
