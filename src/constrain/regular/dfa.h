// A deterministic automaton over classes of characters, and what is done with such ones.
//
// Kept minimal: no state is unreachable, none is dead, no two are equivalent, no two classes are
// alike. Without any state it is the empty language.
//
// Errors: kInvalidArgument where the budget is spent. Threads: pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/alphabet.h"

namespace byeol::constrain {

struct Dfa {
  static constexpr std::int32_t kDead = -1;

  Alphabet alphabet;
  std::vector<std::int32_t> next;       // By state and class: a state or kDead. State 0 starts.
  std::vector<std::uint8_t> accepting;  // By state.

  std::int32_t states() const { return static_cast<std::int32_t>(accepting.size()); }
  std::int32_t step(std::int32_t state, std::int32_t cls) const {
    return next[static_cast<std::size_t>(state) * static_cast<std::size_t>(alphabet.classes) +
                static_cast<std::size_t>(cls)];
  }
  // Whether every text leads from here to an accepting state.
  bool is_universal(std::int32_t state) const {
    if (accepting[static_cast<std::size_t>(state)] == 0) return false;
    for (std::int32_t cls = 0; cls < alphabet.classes; ++cls)
      if (step(state, cls) != state) return false;
    return true;
  }
  // Whether infinitely many texts lead from each state to an accepting one: as none is dead, a
  // state without that leads to one that leads nowhere.
  bool every_state_goes_on() const {
    for (std::int32_t state = 0; state < states(); ++state) {
      bool goes_on = false;
      for (std::int32_t cls = 0; cls < alphabet.classes; ++cls)
        goes_on = goes_on || step(state, cls) != kDead;
      if (!goes_on) return false;
    }
    return true;
  }
};

// An automaton of which all states can be reached from 0, made minimal.
Dfa minimal(Dfa dfa);

enum class Combination { kBoth, kEither, kFirstOnly };
Result<Dfa> combined(const Dfa& a, const Dfa& b, Combination how, Budget& budget);
Result<Dfa> concatenated(const Dfa& a, const Dfa& b, Budget& budget);

Dfa dfa_of_anything();

}  // namespace byeol::constrain
