// What a name may go on with so that it can end: short ones first, digits and letters first, each
// brought to an end in the shortest way. For names that would repeat (distinct_names.h).
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <deque>
#include <string>

#include "constrain/automaton.h"

namespace byeol::constrain {

class NameLengthenings {
 public:
  using State = Automaton::State;

  // From `state`, in the name; `end` is the byte behind it.
  NameLengthenings(Automaton& automaton, State state, char end)
      : automaton_(automaton), end_(end), open_{{{}, state}} {}
  // The next one; empty where none was found soon.
  std::string next();
  // Whether a name goes on with it from this state, and may then end.
  static bool fits(Automaton& automaton, State state, const std::string& text, char end);

 private:
  static constexpr int kMost = 300;  // Beginnings that are gone on from.

  // The rest of the name, in the shortest way, where that is one.
  std::string completion(State state);

  struct Open {
    std::string text;
    State state;
  };
  Automaton& automaton_;
  char end_;
  std::deque<Open> open_;
  int byte_ = 0, gone_on_ = 0;
};

}  // namespace byeol::constrain
