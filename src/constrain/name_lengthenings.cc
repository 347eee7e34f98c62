#include "constrain/name_lengthenings.h"

#include <cstdint>

namespace byeol::constrain {

bool NameLengthenings::fits(Automaton& automaton, State state, const std::string& text, char end) {
  for (const char byte : text) {
    state = automaton.next(state, static_cast<std::uint8_t>(byte));
    if (state == Automaton::kDead || !automaton.place(state).in_name) return false;
  }
  state = automaton.next(state, static_cast<std::uint8_t>(end));
  return state != Automaton::kDead && !automaton.place(state).in_name;
}

std::string NameLengthenings::completion(State state) {
  std::string text;
  for (const WayPart& part : automaton_.shortest_way(state)) {
    for (const char byte : part.bytes) {
      state = automaton_.next(state, static_cast<std::uint8_t>(byte));
      if (state == Automaton::kDead || !automaton_.place(state).in_name) return text;
      text += byte;
    }
    if (part.token >= 0) return {};
  }
  return {};
}

std::string NameLengthenings::next() {
  for (; !open_.empty() && gone_on_ < kMost; open_.pop_front(), byte_ = 0, ++gone_on_) {
    const Open from = open_.front();
    while (byte_ < 256) {
      const auto more = static_cast<std::uint8_t>('0' + byte_++);
      const State to = automaton_.next(from.state, more);
      if (to == Automaton::kDead || !automaton_.place(to).in_name) continue;
      open_.push_back({from.text + static_cast<char>(more), to});
      std::string text = open_.back().text;
      if (!fits(automaton_, to, {}, end_)) text += completion(to);
      return text;
    }
  }
  return {};
}

}  // namespace byeol::constrain
