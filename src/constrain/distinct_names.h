// The names of objects in which no name may come twice: those whose schema counts properties of any
// name, as a name that is written again is the same property for whoever reads it. No automaton
// with finitely many states knows that, so it is remembered beside it, for one answer.
//
// The grammar says where such objects and their names are (grammar.h, RuleMark); names are spelled
// in one way, so that equal names are equal bytes. Which object a name belongs to is read from the
// text, as alternatives that are still open may see different objects around the same place.
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
  void enter(const Automaton& automaton, State state);
  // Whether these bytes would end a name that its object has already.
  bool would_repeat(Automaton& automaton, State state, std::string_view bytes) const;
  // A short way to the end from `state` on which no name repeats; nothing where none was found.
  std::optional<std::vector<WayPart>> way(Automaton& automaton, State state) const;

 private:
  using Place = Automaton::Place;
  using Names = std::set<std::string, std::less<>>;
  friend class DistinctWay;

  // A byte that led to this place; false: it ended a name that its object has already.
  bool take(char byte, const Place& place);
  void follow_json(char byte);
  bool has(std::string_view name) const {
    return !objects_.empty() && objects_.back().contains(name);
  }

  std::vector<Names> objects_;  // Those around from the outermost that keeps its names apart on.
  std::string name_;            // What is written of one.
  bool in_name_ = false;
  bool in_string_ = false, is_escaped_ = false;
};

}  // namespace byeol::constrain
