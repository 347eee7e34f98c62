// The automaton in a Language, for the files of this folder.
#pragma once

#include <utility>

#include "constrain/regular/dfa.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {

struct Language::Automaton {
  Dfa dfa;
};

struct LanguageDfa {
  static Language wrap(Dfa dfa);  // A minimal one.
};

}  // namespace byeol::constrain
