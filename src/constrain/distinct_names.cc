#include "constrain/distinct_names.h"

#include <algorithm>
#include <cstdint>
#include <deque>

namespace byeol::constrain {
namespace {

// What a name may go on with so that it can end there: the shortest first, digits and letters
// first.
class Lengthenings {
 public:
  using State = Automaton::State;

  // From `state`, in the name; `end` ends it.
  Lengthenings(Automaton& automaton, State state, char end)
      : automaton_(automaton), state_(state), end_(end) {
    open_.push_back({{}, state});
  }
  bool are_of(State state, char end) const { return state == state_ && end == end_; }
  // The next one; empty where none was found soon.
  std::string next() {
    for (; !open_.empty() && gone_on_ < kMost; open_.pop_front(), byte_ = 0, ++gone_on_) {
      const Open from = open_.front();
      while (byte_ < 256) {
        const auto more = static_cast<std::uint8_t>('0' + byte_++);
        const State to = automaton_.next(from.state, more);
        if (to == Automaton::kDead || !automaton_.place(to).in_name) continue;
        open_.push_back({from.text + static_cast<char>(more), to});
        const State behind = automaton_.next(to, static_cast<std::uint8_t>(end_));
        if (behind != Automaton::kDead && !automaton_.place(behind).in_name)
          return open_.back().text;
      }
    }
    return {};
  }

 private:
  static constexpr int kMost = 1000;
  struct Open {
    std::string text;
    State state;
  };
  Automaton& automaton_;
  State state_;
  char end_;
  std::deque<Open> open_;
  int byte_ = 0, gone_on_ = 0;
};

}  // namespace

// The byte behind a name ends it.
bool DistinctNames::take(char byte, const Place& place) {
  bool is_new = true;
  if (in_name_ && place.in_name) {
    name_ += byte;
  } else if (in_name_) {
    is_new = !has(name_);
    if (is_new) objects_.back().insert(name_);
    name_.clear();
  }
  in_name_ = place.in_name;
  enter(place);
  return is_new;
}

void DistinctNames::take(Automaton& automaton, State state, std::string_view bytes) {
  for (const char byte : bytes) {
    state = automaton.next(state, static_cast<std::uint8_t>(byte));
    take(byte, automaton.place(state));
  }
}

// Most bytes end one name of the object that is being written, or none: no copy is made for them.
bool DistinctNames::would_repeat(Automaton& automaton, State state, std::string_view bytes) const {
  const State begin = state;
  std::size_t name_from = 0;
  bool in_name = in_name_, is_simple = true, goes_on = in_name_;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    state = automaton.next(state, static_cast<std::uint8_t>(bytes[i]));
    if (state == Automaton::kDead) return false;
    const Place place = automaton.place(state);
    if (!in_name && place.in_name) {
      name_from = i + 1;
      goes_on = false;
    }
    if (in_name && !place.in_name) {
      if (!is_simple) {
        DistinctNames copy = *this;
        State at = begin;
        return std::ranges::any_of(bytes, [&](char byte) {
          at = automaton.next(at, static_cast<std::uint8_t>(byte));
          return at != Automaton::kDead && !copy.take(byte, automaton.place(at));
        });
      }
      const std::string_view part = bytes.substr(name_from, i - name_from);
      if (goes_on ? has(name_ + std::string(part)) : has(part)) return true;
      is_simple = false;
    }
    in_name = place.in_name;
    is_simple = is_simple && static_cast<std::size_t>(place.objects) == objects_.size();
  }
  return false;
}

std::optional<std::string> DistinctNames::take_lengthened(Automaton& automaton, State& state,
                                                          std::string_view bytes) {
  std::string result;
  // Of one name and object: what was tried for the name before is taken by now.
  std::optional<Lengthenings> lengthenings;
  std::string base;
  std::size_t depth = 0;
  for (const char byte : bytes) {
    State to = automaton.next(state, static_cast<std::uint8_t>(byte));
    if (to != Automaton::kDead && in_name_ && !automaton.place(to).in_name && has(name_)) {
      if (!lengthenings || !lengthenings->are_of(state, byte) || base != name_ ||
          depth != objects_.size()) {
        lengthenings.emplace(automaton, state, byte);
        base = name_;
        depth = objects_.size();
      }
      std::string more = lengthenings->next();
      while (!more.empty() && has(name_ + more)) more = lengthenings->next();
      if (more.empty()) return std::nullopt;
      take(automaton, state, more);
      for (const char added : more) state = automaton.next(state, static_cast<std::uint8_t>(added));
      result += more;
      to = automaton.next(state, static_cast<std::uint8_t>(byte));
    }
    if (to == Automaton::kDead) return std::nullopt;
    take(byte, automaton.place(to));
    result += byte;
    state = to;
  }
  return result;
}

}  // namespace byeol::constrain
