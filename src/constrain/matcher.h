// What the constraints of one matcher share: an automaton, and what was found out of its states.
//
// An automaton only grows. Beyond a limit a fresh one takes its place, and each constraint
// follows its own answer again from the start.
//
// Threads: under `mutex`, all of it. Errors: none.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "constrain/constraint.h"
#include "constrain/distinct_names.h"

namespace byeol::constrain {

struct Matcher::Shared {
  using State = Automaton::State;

  Shared(std::shared_ptr<const Grammar> the_grammar,
         std::shared_ptr<const Vocabulary> the_vocabulary, std::size_t the_most_memory);

  // A fresh automaton, where the one that there is has become too large.
  void make_room();
  // States are followed again up to here: what that took is not too large.
  void allow_what_is_there();
  std::shared_ptr<const Mask> mask(State state);
  // What must follow a state (constraint.h), without ends.
  const std::vector<TokenId>& forced(State state);
  // Whether what must follow is known, and where that is nothing, the whole mask.
  bool knows(State state) const;
  bool has_mask(State state) const { return masks_.contains(state); }
  // kDead where it may not follow.
  State after(State state, TokenId token);
  // What `names` knows behind a token that led from one state to another.
  void follow(State from, TokenId token, State to, DistinctNames& names);
  // The mask without tokens that would write a name again, where any are left.
  std::shared_ptr<const Mask> without_repeats(std::shared_ptr<const Mask> all, State state,
                                              const DistinctNames& names);
  // Tokens of a short way to the end; empty where it ends here, or where no tokens spell it.
  std::vector<TokenId> way(State state, const DistinctNames& names);
  bool has_distinct_names() const { return grammar->has_distinct_names(); }
  std::size_t memory_bytes() const;

  std::mutex mutex;
  std::shared_ptr<const Grammar> grammar;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::unique_ptr<Automaton> automaton;
  std::int64_t generation = 0;  // Of the automaton: states of another one mean nothing.

 private:
  std::size_t most_memory_, limit_;
  std::unordered_map<State, std::shared_ptr<const Mask>> masks_;
  std::unordered_map<State, std::vector<TokenId>> forced_;
};

}  // namespace byeol::constrain
