// The stacks of a pushdown automaton, each kept once: a stack is what is on top and the stack
// below. On top is a place in a node: what comes next there, or what is left to do once the part
// above is over.
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <cstdint>
#include <vector>

#include "constrain/grammar.h"

namespace byeol::constrain {

using StackId = std::int32_t;

struct Stack {
  StackId below;
  NodeId node;
  // kText: bytes that were read; kRegular: the automaton's state; kSequence: children that are over
  // when what is above is; kRepeat: times that are then over (no more than its min where it has no
  // max: more makes no difference). A marked rule stands below its child, with 0.
  std::int32_t place;
  std::int64_t rest;   // Bytes of a shortest way to the end of everything.
  std::uint64_t hash;  // Of its content: the same in every automaton of this grammar.
  bool in_object;      // Whether this or one below is a rule that is marked kDistinct,
  bool in_name;        // and kName.
};

class Stacks {
 public:
  static constexpr StackId kBottom = 0;  // Everything is over.

  explicit Stacks(const Grammar& grammar);
  const Stack& operator[](StackId id) const { return stacks_[static_cast<std::size_t>(id)]; }
  StackId push(StackId below, NodeId node, std::int32_t place);
  std::size_t memory_bytes() const {
    return stacks_.capacity() * sizeof(Stack) + slots_.capacity() * sizeof(StackId);
  }

 private:
  std::int64_t left_of(NodeId node, std::int32_t place) const;
  void grow();

  const Grammar& grammar_;
  std::vector<std::int64_t> tails_;       // Of sequences: shortest lengths from each child on.
  std::vector<std::size_t> tails_begin_;  // By node.
  std::vector<Stack> stacks_;
  std::vector<StackId> slots_;  // A hash table; -1: free.
};

}  // namespace byeol::constrain
