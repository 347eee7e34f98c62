#include "constrain/regular/nfa_alphabet.h"

namespace byeol::constrain {

Result<NfaAlphabet> NfaAlphabet::make(const Nfa& nfa, Demands& demands, Budget& budget) {
  constexpr const char* kWhat = "the regular expression";
  NfaAlphabet result;
  std::vector<const CharSet*> sets;
  std::size_t ranges = 0;
  for (const CharSet& set : *nfa.sets) {
    sets.push_back(&set);
    ranges += set.ranges().size();
  }
  if (nfa.borders) sets.push_back(&regex_word());
  BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(sets.size() * ranges / 16), kWhat));
  result.alphabet_ = Alphabet::of_sets(sets);
  for (const Nfa::Ahead& ahead : nfa.aheads)
    for (const auto& dfa : ahead) demands.know(dfa.get());
  for (const Dfa* dfa : demands.dfas())
    result.alphabet_ = join(result.alphabet_, dfa->alphabet).alphabet;
  for (const Dfa& dfa : nfa.behinds)
    result.alphabet_ = join(result.alphabet_, dfa.alphabet).alphabet;

  const std::vector<char32_t> one_of = result.alphabet_.representatives();
  const std::size_t tables = sets.size() + demands.dfas().size() + nfa.behinds.size() + 1;
  BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(tables * one_of.size() / 16), kWhat));
  demands.set_alphabet(result.alphabet_);
  for (const CharSet& set : *nfa.sets)
    for (const char32_t c : one_of) result.in_set_.push_back(set.contains(c));
  for (const Dfa& dfa : nfa.behinds)
    for (const char32_t c : one_of) result.of_behind_.push_back(dfa.alphabet.of(c));
  for (const char32_t c : one_of)
    result.is_word_.push_back(nfa.borders && regex_word().contains(c));
  return result;
}

}  // namespace byeol::constrain
