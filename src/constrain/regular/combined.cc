#include <utility>

#include "constrain/regular/dfa.h"
#include "constrain/regular/vector_set.h"

namespace byeol::constrain {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

bool accepts(const Dfa& dfa, std::int32_t state) {
  return state >= 0 && dfa.accepting[at(state)] != 0;
}

std::int32_t step(const Dfa& dfa, std::int32_t state, std::int32_t cls) {
  return state < 0 ? Dfa::kDead : dfa.step(state, cls);
}

}  // namespace

Dfa dfa_of_anything() {
  Dfa result;
  result.next = {0};
  result.accepting = {1};
  return result;
}

Result<Dfa> combined(const Dfa& a, const Dfa& b, Combination how, Budget& budget) {
  Dfa result;
  const JointAlphabet joint = join(a.alphabet, b.alphabet);
  result.alphabet = joint.alphabet;
  const std::int32_t classes = joint.alphabet.classes;
  // Whether a pair can still lead anywhere.
  const auto useful = [how](std::int32_t in_a, std::int32_t in_b) {
    if (how == Combination::kBoth) return in_a >= 0 && in_b >= 0;
    return in_a >= 0 || (how == Combination::kEither && in_b >= 0);
  };
  const std::int32_t start_a = a.states() > 0 ? 0 : Dfa::kDead;
  const std::int32_t start_b = b.states() > 0 ? 0 : Dfa::kDead;
  if (!useful(start_a, start_b)) return Dfa{};
  VectorSet pairs;
  std::int32_t pair[2] = {start_a, start_b};
  pairs.insert(pair);
  for (std::int32_t state = 0; state < pairs.size(); ++state) {
    BYEOL_TRY_OK(budget.spend(1 + classes / 4));
    const std::int32_t in_a = pairs[state][0], in_b = pairs[state][1];
    const bool first = accepts(a, in_a), second = accepts(b, in_b);
    result.accepting.push_back(how == Combination::kBoth     ? first && second
                               : how == Combination::kEither ? first || second
                                                             : first && !second);
    for (std::int32_t cls = 0; cls < classes; ++cls) {
      pair[0] = step(a, in_a, joint.in_a[at(cls)]);
      pair[1] = step(b, in_b, joint.in_b[at(cls)]);
      result.next.push_back(useful(pair[0], pair[1]) ? pairs.insert(pair) : Dfa::kDead);
    }
  }
  return minimal(std::move(result));
}

Result<Dfa> concatenated(const Dfa& a, const Dfa& b, Budget& budget) {
  if (a.states() == 0 || b.states() == 0) return Dfa{};
  Dfa result;
  const JointAlphabet joint = join(a.alphabet, b.alphabet);
  result.alphabet = joint.alphabet;
  const std::int32_t classes = joint.alphabet.classes;
  // Where `a` is, or kDead, then where `b` is after each end of `a`, ascending.
  VectorSet sets;
  std::vector<std::int32_t> set{0}, from;
  if (accepts(a, 0)) set.push_back(0);
  sets.insert(set);
  for (std::int32_t state = 0; state < sets.size(); ++state) {
    from.assign(sets[state].begin(), sets[state].end());
    BYEOL_TRY_OK(budget.spend(1 + classes * static_cast<std::int64_t>(from.size()) / 4));
    bool accepting = false;
    for (std::size_t i = 1; i < from.size(); ++i) accepting |= accepts(b, from[i]);
    result.accepting.push_back(accepting);
    for (std::int32_t cls = 0; cls < classes; ++cls) {
      set.assign(1, step(a, from[0], joint.in_a[at(cls)]));
      if (accepts(a, set[0])) set.push_back(0);
      for (std::size_t i = 1; i < from.size(); ++i)
        if (const std::int32_t to = b.step(from[i], joint.in_b[at(cls)]); to >= 0)
          set.push_back(to);
      std::sort(set.begin() + 1, set.end());
      set.erase(std::unique(set.begin() + 1, set.end()), set.end());
      const bool useful = set[0] >= 0 || set.size() > 1;
      result.next.push_back(useful ? sets.insert(set) : Dfa::kDead);
    }
  }
  return minimal(std::move(result));
}

}  // namespace byeol::constrain
