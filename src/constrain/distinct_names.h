// The names of objects in which no name may come twice: those whose schema counts properties of any
// name, as a name that is written again is the same property for whoever reads it. No automaton
// with finitely many states knows that, so it is remembered beside it, for one answer.
//
// The grammar says where such objects and their names are (grammar.h, RuleMark); names are spelled
// in one way, so that equal names are equal bytes.
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/automaton.h"

namespace byeol::constrain {

class DistinctNames {
 public:
  using State = Automaton::State;

  // The answer goes on from `state` with these bytes, which it takes.
  void take(Automaton& automaton, State state, std::string_view bytes);
  // It came to this state by a control token.
  void enter(const Automaton& automaton, State state) { enter(automaton.place(state)); }
  // Whether these bytes would end a name that its object has already.
  bool would_repeat(Automaton& automaton, State state, std::string_view bytes) const;
  // `bytes`, which the automaton takes from `state`, with names made longer where they would
  // repeat; nothing where no short one would do. Moves on with them, and `state` too.
  std::optional<std::string> take_lengthened(Automaton& automaton, State& state,
                                             std::string_view bytes);

 private:
  using Place = Automaton::Place;

  // A byte that led to this place; false: it ended a name that its object has already.
  bool take(char byte, const Place& place);
  void enter(const Place& place) { objects_.resize(static_cast<std::size_t>(place.objects)); }
  bool has(std::string_view name) const { return objects_.back().contains(name); }

  using Names = std::set<std::string, std::less<>>;
  std::vector<Names> objects_;  // The names so far, the innermost object last.
  std::string name_;            // Of the one that is being written.
  bool in_name_ = false;
};

}  // namespace byeol::constrain
