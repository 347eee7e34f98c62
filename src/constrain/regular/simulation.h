// Which nodes of a nondeterministic automaton can do all that another can: in a set of nodes, the
// other need not be kept. Of what `.{0,30}` has open, only the one with most left is; that makes
// some automata small which would have a state for every set of places.
//
// Threads: immutable. Errors: kInvalidArgument where the budget is spent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/nfa.h"

namespace byeol::constrain {

class Simulation {
 public:
  // Whether it is known how to: look-around and \b are beyond it.
  static bool is_possible(const Nfa& nfa) {
    return nfa.aheads.empty() && nfa.behinds.empty() && !nfa.borders;
  }
  static Result<Simulation> make(const Nfa& nfa, Budget& budget);

  // Whether `other` can do all that `node` can. Of nodes that read a character, $ and kAccept.
  bool covers(std::int32_t other, std::int32_t node) const {
    return covered_[static_cast<std::size_t>(number_[static_cast<std::size_t>(node)]) * size_ +
                    static_cast<std::size_t>(number_[static_cast<std::size_t>(other)])] != 0;
  }

  // Of things that have a `node`: those that others cover go. Says how much work it was.
  template <typename Config>
  std::int64_t leave_out_covered(std::vector<Config>& configs) const {
    std::vector<Config> kept;
    std::int64_t work = 0;
    for (const Config& config : configs) {
      const auto covers_it = [&](const Config& other) { return covers(other.node, config.node); };
      work += static_cast<std::int64_t>(kept.size());
      if (std::ranges::any_of(kept, covers_it)) continue;
      std::erase_if(kept, [&](const Config& other) { return covers(config.node, other.node); });
      kept.push_back(config);
    }
    configs = std::move(kept);
    return work;
  }

 private:
  std::vector<std::int32_t> number_;   // By node; -1 where it has none.
  std::vector<std::uint8_t> covered_;  // By number, and number of the other.
  std::size_t size_ = 0;
};

}  // namespace byeol::constrain
