// What the classes of the alphabet of a nondeterministic automaton are to its parts.
//
// Threads: immutable. Errors: kInvalidArgument where the budget is spent.
#pragma once

#include <cstdint>
#include <vector>

#include "constrain/regular/demands.h"
#include "constrain/regular/nfa.h"

namespace byeol::constrain {

class NfaAlphabet {
 public:
  // `demands` learns of the look-aheads and their classes.
  static Result<NfaAlphabet> make(const Nfa& nfa, Demands& demands, Budget& budget);

  const Alphabet& alphabet() const { return alphabet_; }
  std::int32_t classes() const { return alphabet_.classes; }
  // Whether a class is in a set, and in \w where that matters.
  bool is_in_set(std::int32_t set, std::int32_t cls) const { return in_set_[at(set, cls)] != 0; }
  bool is_word(std::int32_t cls) const { return is_word_[at(0, cls)] != 0; }
  // The class that it is to a look-behind.
  std::int32_t of_behind(std::int32_t behind, std::int32_t cls) const {
    return of_behind_[at(behind, cls)];
  }

 private:
  std::size_t at(std::int32_t row, std::int32_t cls) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(alphabet_.classes) +
           static_cast<std::size_t>(cls);
  }

  Alphabet alphabet_;
  std::vector<std::uint8_t> in_set_, is_word_;
  std::vector<std::int32_t> of_behind_;
};

}  // namespace byeol::constrain
