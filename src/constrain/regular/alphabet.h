// The characters in classes that an automaton does not tell apart. All of them have a class.
//
// Threads: an object belongs to one; const calls from any. Errors: none.
#pragma once

#include <cstdint>
#include <vector>

#include "constrain/regular/char_set.h"

namespace byeol::constrain {

struct Alphabet {
  // starts[i] up to before starts[i + 1] is of class class_of[i]; starts[0] is 0. No start is a
  // surrogate.
  std::vector<char32_t> starts{0};
  std::vector<std::int32_t> class_of{0};
  std::int32_t classes = 1;

  // The coarsest one that keeps each set apart from its complement.
  static Alphabet of_sets(const std::vector<const CharSet*>& sets);

  std::int32_t of(char32_t value) const;
  char32_t last(std::size_t interval) const {  // Its last character.
    return interval + 1 == starts.size() ? kLastChar : starts[interval + 1] - 1;
  }
  // A character of each class.
  std::vector<char32_t> representatives() const;
  // Classes become others (several may become one); intervals are joined accordingly.
  void rename(const std::vector<std::int32_t>& new_class, std::int32_t new_classes);
};

// What two alphabets tell apart together, and which classes of theirs its classes are.
struct JointAlphabet {
  Alphabet alphabet;
  std::vector<std::int32_t> in_a, in_b;
};
JointAlphabet join(const Alphabet& a, const Alphabet& b);

}  // namespace byeol::constrain
