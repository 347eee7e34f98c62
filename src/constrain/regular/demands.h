// The look-aheads that are open while a regular expression is followed: each an automaton that the
// rest of the text must satisfy, and its state. Sets of them have numbers.
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "constrain/regular/dfa.h"
#include "constrain/regular/vector_set.h"

namespace byeol::constrain {

class Demands {
 public:
  static constexpr std::int32_t kNone = 0;    // The empty set.
  static constexpr std::int32_t kNever = -1;  // One of them cannot be met any more.

  Demands() { sets_.insert({}); }

  // An automaton that may be demanded; it outlives this.
  void know(const Dfa* dfa) {
    if (std::ranges::find(dfas_, dfa) == dfas_.end()) dfas_.push_back(dfa);
  }
  const std::vector<const Dfa*>& dfas() const { return dfas_; }
  // Which of its classes a class of the whole alphabet is; after the last know().
  void set_alphabet(const Alphabet& alphabet) {
    classes_ = static_cast<std::size_t>(alphabet.classes);
    for (const Dfa* dfa : dfas_)
      for (const char32_t c : alphabet.representatives()) class_.push_back(dfa->alphabet.of(c));
  }

  std::int32_t with(std::int32_t set, const Dfa* dfa) {
    if (dfa->states() == 0) return kNever;
    if (dfa->is_universal(0)) return set;
    load(set);
    pairs_.emplace_back(static_cast<std::int32_t>(std::ranges::find(dfas_, dfa) - dfas_.begin()),
                        0);
    return insert();
  }
  // After a character of class `cls`.
  std::int32_t stepped(std::int32_t set, std::int32_t cls) {
    if (set == kNone) return kNone;
    load(set);
    std::size_t kept = 0;
    for (auto [number, state] : pairs_) {
      const auto i = static_cast<std::size_t>(number);
      state = dfas_[i]->step(state, class_[i * classes_ + static_cast<std::size_t>(cls)]);
      if (state < 0) return kNever;
      if (!dfas_[i]->is_universal(state)) pairs_[kept++] = {number, state};
    }
    pairs_.resize(kept);
    return insert();
  }
  // Whether the text may end here.
  bool are_met(std::int32_t set) {
    load(set);
    return std::ranges::all_of(pairs_, [this](const auto& pair) {
      const Dfa& dfa = *dfas_[static_cast<std::size_t>(pair.first)];
      return dfa.accepting[static_cast<std::size_t>(pair.second)] != 0;
    });
  }
  // How many demands were looked at since the last call.
  std::int64_t work() { return std::exchange(work_, 0); }

 private:
  void load(std::int32_t set) {
    pairs_.clear();
    const std::span<const std::int32_t> list = sets_[set];
    for (std::size_t i = 0; i < list.size(); i += 2) pairs_.emplace_back(list[i], list[i + 1]);
    work_ += static_cast<std::int64_t>(list.size());
  }
  std::int32_t insert() {
    std::ranges::sort(pairs_);
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    list_.clear();
    for (const auto& [dfa, state] : pairs_) list_.push_back(dfa), list_.push_back(state);
    return sets_.insert(list_);
  }

  std::vector<const Dfa*> dfas_;
  std::vector<std::int32_t> class_;  // By automaton and class.
  std::size_t classes_ = 0;
  VectorSet sets_;  // Pairs of an automaton and its state, ascending.
  std::int64_t work_ = 0;
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs_;
  std::vector<std::int32_t> list_;
};

}  // namespace byeol::constrain
