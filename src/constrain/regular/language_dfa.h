// The automaton in a Language, for the files of this folder.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "constrain/regular/dfa.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {

struct Language::Automaton {
  explicit Automaton(Dfa the_dfa) : dfa(std::move(the_dfa)) {}

  const Dfa dfa;
  // How its texts are spelled, once it was asked: languages of formats live as long as the process,
  // and that of host names takes milliseconds. The same price is paid each time.
  struct Spelled {
    std::shared_ptr<const ByteAutomaton> bytes;
    std::int64_t price = 0;
  };
  mutable std::mutex mutex;
  mutable std::array<Spelled, 3> spelled;  // By Spelling.
};

struct LanguageDfa {
  static Language wrap(Dfa dfa);  // A minimal one.
};

}  // namespace byeol::constrain
