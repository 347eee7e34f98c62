// A regular expression as a nondeterministic automaton, with its assertions, and its
// determinization.
//
// How look-around is kept exactly, wherever it stands: a look-ahead at a place is a demand on the
// rest of the text. Its expression becomes an automaton of its own (a complement, where it is
// negative) that runs along from there; a state of the whole is a set of pairs of a node and the
// demands that are still open on the way that led to it. A look-behind is an automaton that runs
// along from the beginning of the text.
//
// Refused (kUnsupported): a look-behind within a look-ahead or the other way round; `$`, \b and \B
// within a look-behind. kInvalidArgument: the budget is spent. Threads: pure.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/dfa.h"
#include "constrain/regular/regex.h"

namespace byeol::constrain {

enum class NfaKind : std::uint8_t {
  kChars,     // To `out` by a character of the set `what`.
  kAny,       // To `out` by any character.
  kSplit,     // To `out` and to `other`.
  kBegin,     // To `out` where the text begins; so the others:
  kEnd,       //
  kBorder,    //
  kNoBorder,  //
  kAhead,     // … where the rest of the text is one of aheads[what].
  kBehind,    // … where what stands before is one of behinds[what].
  kAccept,
};

struct NfaNode {
  NfaKind kind;
  std::int32_t what = -1, out = -1, other = -1;
};

// What stands before a place.
enum class Before : std::uint8_t { kNothing, kWord, kOther };

struct Nfa {
  // The demand by what stands before; all the same one where that makes no difference.
  using Ahead = std::array<std::shared_ptr<const Dfa>, 3>;

  std::vector<NfaNode> nodes;
  std::int32_t start = -1;
  bool any_tail = false;  // Whatever follows after kAccept is accepted.
  bool borders = false, begins = false, ends = false;  // Which of these it has.
  const std::vector<CharSet>* sets = nullptr;          // Of the Regex, which outlives it.
  std::vector<Ahead> aheads;
  std::vector<Dfa> behinds;
};

struct NfaOptions {
  bool any_head = false, any_tail = false;  // Whether any text may stand before, and after.
  bool in_ahead = false, in_behind = false;
};
// Of the part of `regex` at `root`.
Result<Nfa> make_nfa(const Regex& regex, std::int32_t root, NfaOptions options, Budget& budget);

// Minimal.
Result<Dfa> determinized(const Nfa& nfa, Before before, Budget& budget);

}  // namespace byeol::constrain
