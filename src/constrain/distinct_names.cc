#include "constrain/distinct_names.h"

#include <algorithm>

namespace byeol::constrain {

bool DistinctNames::has(std::string_view name) const {
  return std::ranges::find(objects_.back(), name) != objects_.back().end();
}

// The byte behind a name ends it.
bool DistinctNames::take(char byte, const Place& place) {
  bool is_new = true;
  if (in_name_ && place.in_name) {
    name_ += byte;
  } else if (in_name_) {
    is_new = !has(name_);
    if (is_new) objects_.back().push_back(name_);
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

// What makes the name a new one and lets it end with this byte, as short as there is one of these.
std::string DistinctNames::lengthening(Automaton& automaton, State state, char end) const {
  constexpr std::string_view kCharacters =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const auto fits = [&](const std::string& more) {
    State to = state;
    for (const char byte : more + end) {
      to = automaton.next(to, static_cast<std::uint8_t>(byte));
      if (to == Automaton::kDead) return false;
    }
    return !automaton.place(to).in_name && !has(name_ + more);
  };
  for (const char first : kCharacters)
    if (const std::string one(1, first); fits(one)) return one;
  for (const char first : kCharacters)
    for (const char second : kCharacters)
      if (const std::string two{first, second}; fits(two)) return two;
  return {};
}

std::optional<std::string> DistinctNames::take_lengthened(Automaton& automaton, State& state,
                                                          std::string_view bytes) {
  std::string result;
  for (const char byte : bytes) {
    State to = automaton.next(state, static_cast<std::uint8_t>(byte));
    if (to != Automaton::kDead && in_name_ && !automaton.place(to).in_name && has(name_)) {
      const std::string more = lengthening(automaton, state, byte);
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
