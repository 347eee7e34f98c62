// What an Automaton has learned.
//
// Threads: belongs to its Automaton. Errors: none.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "constrain/automaton.h"
#include "constrain/closure.h"

namespace byeol::constrain {

struct Automaton::Tables {
  static constexpr State kUnknown = -2;
  static constexpr std::int64_t kNotAsked = -2;
  using Row = std::array<State, 256>;
  // About nanoseconds.
  static constexpr std::int64_t kWorkOfWay = 100, kWorkOfStep = 100, kWorkOfState = 600,
                                kWorkOfLook = 4;

  // A state: stacks that wait for a byte or a control token, and whether the text may end.
  struct Entry {
    std::size_t first;  // Its stacks in `members`.
    std::int32_t count;
    bool accepts;
    bool plain_alone = false;
    std::int32_t bytes_count;
    State only_next = kUnknown;  // Where it takes a single byte, which needs no row.
    ByteSet bytes;
    std::unique_ptr<Row> row;
    std::int32_t controls;  // In `control_lists`.
    StackId shortest;       // Of its stacks; the bottom where it accepts.
    std::int64_t plain = kNotAsked;
    Place place;
  };

  explicit Tables(std::shared_ptr<const Grammar> the_grammar);

  const Entry& entry(State state) const { return entries[static_cast<std::size_t>(state)]; }
  Entry& entry(State state) { return entries[static_cast<std::size_t>(state)]; }
  std::span<const StackId> stacks_of(State state) const {
    const Entry& of = entry(state);
    return {members.data() + of.first, static_cast<std::size_t>(of.count)};
  }
  // The state of what `closure` found: kDead where that is nothing.
  State kept();
  State step(State from, std::uint8_t byte);
  State step_token(State from, TokenId control);
  std::int64_t all_work() const { return work + kWorkOfWay * closure.work(); }
  // The state behind the top of a stack that is over.
  State behind(StackId below);
  // plain_run.cc: what Automaton::plain_characters() and is_plain_alone() say.
  void find_plain(State state);

  std::shared_ptr<const Grammar> grammar;
  RegularFacts regular;
  Stacks stacks;
  Closure closure;
  std::vector<Entry> entries;
  std::vector<StackId> members;
  std::vector<State> slots;  // A hash table of the entries; -1: free.
  std::vector<std::vector<TokenId>> control_lists{{}};
  std::unordered_map<State, Run> runs;
  std::size_t rows = 0;
  std::int64_t work = 0;  // automaton.h
  std::int32_t plain_depth = 0;
  State start = kDead;

 private:
  // Plain characters that a stack takes, and whether none but these may come along its way.
  struct PlainRun {
    std::int64_t characters = 0;
    bool alone = false;
  };
  PlainRun plain_run(StackId id);
  PlainRun plain_behind(PlainRun run, StackId below, bool may_be_earlier);
  bool stack_begins_plain(StackId id);
  bool begins_plain(State state) const;

  State add(std::span<const StackId> found, bool accepts);
  std::uint64_t hash(std::span<const StackId> found, bool accepts) const;
};

}  // namespace byeol::constrain
