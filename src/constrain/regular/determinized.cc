#include <algorithm>
#include <unordered_set>
#include <utility>

#include "constrain/regular/demands.h"
#include "constrain/regular/nfa.h"
#include "constrain/regular/nfa_alphabet.h"
#include "constrain/regular/simulation.h"
#include "constrain/regular/vector_set.h"

namespace byeol::constrain {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

constexpr const char* kWhat = "the regular expression";

// A place in the automaton, and which set of demands is open.
struct Config {
  std::int32_t node, demands;
  auto operator<=>(const Config&) const = default;
};

enum class After : std::uint8_t { kUnknown, kNothing, kWord, kOther };

// The texts before and after a place, as far as they matter.
struct Place {
  Before before;
  After after;
  const std::int32_t* behinds;  // The states of the look-behinds.
};

class Determinizer {
 public:
  // With a simulation, what other nodes cover is left out.
  Determinizer(const Nfa& nfa, const Simulation* simulation, Budget& budget)
      : nfa_(nfa), simulation_(simulation), budget_(budget) {
    seen_.assign(nfa.nodes.size(), 0);
  }

  Result<Dfa> run(Before before) {
    BYEOL_TRY(alphabet_, NfaAlphabet::make(nfa_, demands_, budget_));
    std::vector<std::int32_t> behinds(nfa_.behinds.size(), 0);
    for (std::size_t i = 0; i < behinds.size(); ++i)
      if (nfa_.behinds[i].states() == 0) behinds[i] = Dfa::kDead;
    const Config start{nfa_.start, Demands::kNone};
    close({&start, 1}, {before, After::kUnknown, behinds.data()});
    if (insert(before, behinds) < 0) return Dfa{};
    Dfa result;
    for (std::int32_t state = 0; state < states_.size(); ++state) {
      BYEOL_TRY_OK(load(state));
      result.accepting.push_back(accepts());
      for (std::int32_t cls = 0; cls < alphabet_.classes(); ++cls) result.next.push_back(step(cls));
    }
    result.alphabet = alphabet_.alphabet();
    return minimal(std::move(result));
  }

 private:
  // What can be reached from `seeds` without a character goes to reached_, sorted. Nodes whose
  // condition is on what follows stay where that is not known.
  void close(std::span<const Config> seeds, const Place& place) {
    reached_.clear();
    ++round_;
    seen_with_demands_.clear();
    open_.assign(seeds.begin(), seeds.end());
    while (!open_.empty()) {
      const Config config = open_.back();
      open_.pop_back();
      ++work_;
      if (config.demands == Demands::kNone) {
        if (std::exchange(seen_[at(config.node)], round_) == round_) continue;
      } else if (!seen_with_demands_.insert(pack(config)).second) {
        continue;
      }
      const NfaNode& node = nfa_.nodes[at(config.node)];
      const Config out{node.out, config.demands};
      switch (node.kind) {
        case NfaKind::kSplit:
          open_.push_back({node.other, config.demands});
          open_.push_back(out);
          break;
        case NfaKind::kBegin:
          if (place.before == Before::kNothing) open_.push_back(out);
          break;
        case NfaKind::kBehind: {
          const Dfa& dfa = nfa_.behinds[at(node.what)];
          const std::int32_t state = place.behinds[node.what];
          if (state >= 0 && dfa.accepting[at(state)] != 0) open_.push_back(out);
          break;
        }
        case NfaKind::kAhead: {
          const Dfa* dfa = nfa_.aheads[at(node.what)][static_cast<std::size_t>(place.before)].get();
          if (const std::int32_t more = demands_.with(config.demands, dfa); more >= 0)
            open_.push_back({node.out, more});
          break;
        }
        case NfaKind::kEnd:
        case NfaKind::kBorder:
        case NfaKind::kNoBorder:
          if (place.after == After::kUnknown) {
            reached_.push_back(config);
          } else if (node.kind == NfaKind::kEnd) {
            if (place.after == After::kNothing) open_.push_back(out);
          } else {
            const bool border = (place.before == Before::kWord) != (place.after == After::kWord);
            if (border == (node.kind == NfaKind::kBorder)) open_.push_back(out);
          }
          break;
        case NfaKind::kChars:
        case NfaKind::kAny:
        case NfaKind::kAccept:
          reached_.push_back(config);
          break;
      }
    }
    std::sort(reached_.begin(), reached_.end());
  }

  static std::uint64_t pack(const Config& config) {
    return static_cast<std::uint64_t>(config.demands) << 32 |
           static_cast<std::uint32_t>(config.node);
  }

  // A state of the result: what stands before (where that still matters), the look-behinds, pairs.
  std::int32_t insert(Before before, const std::vector<std::int32_t>& behinds) {
    if (reached_.empty()) return Dfa::kDead;
    if (simulation_ != nullptr) work_ += simulation_->leave_out_covered(reached_);
    if (nfa_.any_tail)
      for (const Config& config : reached_)
        if (config.demands == Demands::kNone && kind(config) == NfaKind::kAccept)
          return insert_key(Before::kNothing, {}, {&config, 1});
    const bool pending = std::ranges::any_of(reached_, [&](const Config& c) { return waits(c); });
    return insert_key(pending ? before : Before::kNothing, behinds, reached_);
  }
  std::int32_t insert_key(Before before, std::span<const std::int32_t> behinds,
                          std::span<const Config> configs) {
    key_.assign(1, static_cast<std::int32_t>(before));
    key_.insert(key_.end(), behinds.begin(), behinds.end());
    key_.resize(1 + nfa_.behinds.size(), 0);
    for (const Config& config : configs) {
      key_.push_back(config.node);
      key_.push_back(config.demands);
    }
    return states_.insert(key_);
  }

  NfaKind kind(const Config& config) const { return nfa_.nodes[at(config.node)].kind; }
  bool waits(const Config& config) const {
    const NfaKind k = kind(config);
    return k == NfaKind::kEnd || k == NfaKind::kBorder || k == NfaKind::kNoBorder;
  }

  // Makes it the current one.
  Status load(std::int32_t state) {
    const std::span<const std::int32_t> key = states_[state];
    before_ = static_cast<Before>(key[0]);
    behinds_.assign(key.begin() + 1, key.begin() + 1 + static_cast<std::ptrdiff_t>(behinds()));
    configs_.clear();
    waiting_.clear();
    for (std::size_t i = 1 + behinds(); i < key.size(); i += 2) {
      const Config config{key[i], key[i + 1]};
      (waits(config) ? waiting_ : configs_).push_back(config);
    }
    const auto work = static_cast<std::int64_t>((configs_.size() + waiting_.size() + 4) *
                                                at(alphabet_.classes()));
    return budget_.spend(1 + (work + demands_.work() + std::exchange(work_, 0)) / 8, kWhat);
  }
  std::size_t behinds() const { return nfa_.behinds.size(); }

  bool accepts() {
    close(waiting_, {before_, After::kNothing, behinds_.data()});
    reached_.insert(reached_.end(), configs_.begin(), configs_.end());
    return std::ranges::any_of(reached_, [&](const Config& config) {
      return kind(config) == NfaKind::kAccept && demands_.are_met(config.demands);
    });
  }

  std::int32_t step(std::int32_t cls) {
    const bool word = alphabet_.is_word(cls);
    moved_.clear();
    for (const Config& config : configs_) move(config, cls);
    if (!waiting_.empty()) {
      close(waiting_, {before_, word ? After::kWord : After::kOther, behinds_.data()});
      for (const Config& config : reached_) move(config, cls);
    }
    if (moved_.empty()) return Dfa::kDead;
    next_behinds_ = behinds_;
    for (std::size_t i = 0; i < behinds(); ++i)
      if (std::int32_t& state = next_behinds_[i]; state >= 0)
        state = nfa_.behinds[i].step(state, alphabet_.of_behind(static_cast<std::int32_t>(i), cls));
    const Before before = word ? Before::kWord : Before::kOther;
    close(moved_, {before, After::kUnknown, next_behinds_.data()});
    return insert(before, next_behinds_);
  }

  void move(const Config& config, std::int32_t cls) {
    const NfaNode& node = nfa_.nodes[at(config.node)];
    std::int32_t out = node.out;
    if (node.kind == NfaKind::kAccept) {
      if (!nfa_.any_tail) return;
      out = config.node;
    } else if (node.kind == NfaKind::kChars && !alphabet_.is_in_set(node.what, cls)) {
      return;
    }
    if (const std::int32_t left = demands_.stepped(config.demands, cls); left >= 0)
      moved_.push_back({out, left});
  }

  const Nfa& nfa_;
  const Simulation* simulation_;
  Budget& budget_;
  NfaAlphabet alphabet_;
  VectorSet states_;
  Demands demands_;
  // The current state.
  Before before_ = Before::kNothing;
  std::vector<std::int32_t> behinds_, next_behinds_;
  std::vector<Config> configs_, waiting_;
  // Buffers.
  std::vector<Config> reached_, open_, moved_;
  std::vector<std::int32_t> key_, seen_;
  std::int32_t round_ = 0;
  std::int64_t work_ = 0;  // To be paid.
  std::unordered_set<std::uint64_t> seen_with_demands_;
};

}  // namespace

Result<Dfa> determinized(const Nfa& nfa, Before before, Budget& budget) {
  // Most are small without more ado.
  constexpr std::int64_t kTrial = Budget::kUsual / 20;
  if (!Simulation::is_possible(nfa)) return Determinizer(nfa, nullptr, budget).run(before);
  Budget trial(std::min(budget.left(), kTrial));
  Result<Dfa> result = Determinizer(nfa, nullptr, trial).run(before);
  BYEOL_TRY_OK(budget.spend(std::min(budget.left(), kTrial) - trial.left(), kWhat));
  if (result) return result;
  Budget for_simulation(budget.left() / 4);
  const std::int64_t whole = for_simulation.left();
  const auto simulation = Simulation::make(nfa, for_simulation);
  BYEOL_TRY_OK(budget.spend(whole - std::max<std::int64_t>(0, for_simulation.left()), kWhat));
  return Determinizer(nfa, simulation ? &*simulation : nullptr, budget).run(before);
}

}  // namespace byeol::constrain
