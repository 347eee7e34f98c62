// From places behind a byte to the places before the next one: what is over is left, what begins is
// entered, all ways at once.
//
// A grammar may have exponentially many ways (a choice between a hundred rules of which each may be
// empty, nested). Beyond kMostWork it goes the ways in the order of their shortest ends and keeps
// what it meets: all of that can be ended, and the shortest way is among it.
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "constrain/regular_facts.h"
#include "constrain/stacks.h"

namespace byeol::constrain {

class Closure {
 public:
  static constexpr std::size_t kMostWork = 1 << 15;  // Ways that are met.
  static constexpr std::size_t kMostStacks = 1 << 12;

  Closure(const Grammar& grammar, Stacks& stacks, RegularFacts& regular)
      : grammar_(grammar), stacks_(stacks), regular_(regular) {}

  // First begin(), then any of the others, then finish(): the stacks are then those that wait for a
  // byte or a control token, in the order of their hashes, each once.
  void begin();
  void enter(NodeId node, StackId below);
  void leave(StackId below) { enter(kOver, below); }  // What was on top is over.
  void keep(StackId waiting) {
    kept_.push_back(waiting);
    least_ = std::min(least_, stacks_[waiting].rest);
  }
  void finish();

  const std::vector<StackId>& waiting() const { return kept_; }
  bool accepts() const { return accepts_; }
  // Ways that were gone and stacks that were kept, ever.
  std::int64_t work() const { return all_work_; }

 private:
  static constexpr NodeId kOver = -1;
  // A node to be entered above a stack, or a stack whose top goes on.
  struct Item {
    NodeId node;
    StackId below;
    std::int32_t done;  // Of a repetition: times that are over; else 0.
    // Only where they are ordered: bytes to the end; the latest of equals goes first.
    std::int64_t rest = 0;
    std::size_t age = 0;
    bool operator==(const Item&) const = default;
    bool operator<(const Item& other) const {
      return rest != other.rest ? rest > other.rest : age < other.age;
    }
  };
  struct Hash {
    std::size_t operator()(const Item& item) const;
  };

  void run();
  bool is_new(const Item& item);
  std::int64_t least_bytes(NodeId node, std::int32_t done) const;
  void add(NodeId node, StackId below, std::int32_t done);
  void expand(const Item& item);
  void go_on(const Stack& top);
  void repeat(NodeId node, StackId below, std::int32_t done);
  void next_child(NodeId sequence, StackId below, std::size_t child);

  const Grammar& grammar_;
  Stacks& stacks_;
  RegularFacts& regular_;
  std::vector<Item> seeds_, open_;
  std::vector<Item> met_;  // While they are few.
  std::unordered_set<Item, Hash> more_met_;
  std::unordered_map<std::uint64_t, std::int32_t> loops_met_;  // Least times done.
  std::vector<StackId> seed_kept_, kept_;
  bool accepts_ = false;
  bool ordered_ = false;
  std::size_t work_ = 0, ages_ = 0;
  std::int64_t all_work_ = 0;
  std::int64_t least_ = 0;  // Bytes to the end from what was found.
};

}  // namespace byeol::constrain
