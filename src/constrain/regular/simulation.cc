#include "constrain/regular/simulation.h"

#include <algorithm>
#include <utility>

namespace byeol::constrain {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

bool reads(const NfaNode& node) {
  return node.kind == NfaKind::kChars || node.kind == NfaKind::kAny;
}

// What is reached from `node` without a character and not at the beginning of the text.
void close(const Nfa& nfa, std::int32_t node, std::vector<bool>& seen,
           std::vector<std::int32_t>& reached) {
  std::vector<std::int32_t> open{node}, visited;
  while (!open.empty()) {
    const std::int32_t from = open.back();
    open.pop_back();
    if (seen[at(from)]) continue;
    seen[at(from)] = true;
    visited.push_back(from);
    const NfaNode& at_it = nfa.nodes[at(from)];
    if (at_it.kind == NfaKind::kSplit)
      open.insert(open.end(), {at_it.out, at_it.other});
    else if (at_it.kind != NfaKind::kBegin)
      reached.push_back(from);
  }
  for (const std::int32_t it : visited) seen[at(it)] = false;
}

std::vector<bool> subsets(const std::vector<CharSet>& sets) {
  std::vector<bool> result;
  for (const CharSet& a : sets)
    for (const CharSet& b : sets) result.push_back(a.united(b) == b);
  return result;
}

}  // namespace

Result<Simulation> Simulation::make(const Nfa& nfa, Budget& budget) {
  Simulation result;
  std::vector<std::int32_t> nodes;
  result.number_.assign(nfa.nodes.size(), -1);
  for (std::size_t i = 0; i < nfa.nodes.size(); ++i) {
    const NfaKind kind = nfa.nodes[i].kind;
    if (kind == NfaKind::kSplit || kind == NfaKind::kBegin) continue;
    result.number_[i] = static_cast<std::int32_t>(nodes.size());
    nodes.push_back(static_cast<std::int32_t>(i));
  }
  const std::size_t size = result.size_ = nodes.size();
  const auto pairs = static_cast<std::int64_t>(size * size);
  const auto sets = static_cast<std::int64_t>(nfa.sets->size());
  BYEOL_TRY_OK(budget.spend(pairs / 16 + sets * sets / 4, "the regular expression"));
  const std::vector<bool> subset = subsets(*nfa.sets);

  std::vector<std::vector<std::int32_t>> next(size);  // Numbers.
  std::vector<bool> seen(nfa.nodes.size());
  std::int64_t edges = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (!reads(nfa.nodes[at(nodes[i])])) continue;
    close(nfa, nfa.nodes[at(nodes[i])].out, seen, next[i]);
    for (std::int32_t& node : next[i]) node = result.number_[at(node)];
    edges += static_cast<std::int64_t>(next[i].size());
    BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(next[i].size()), "the regular expression"));
  }

  const auto may_cover = [&](std::size_t i, std::size_t j) {
    const NfaNode& node = nfa.nodes[at(nodes[i])];
    const NfaNode& other = nfa.nodes[at(nodes[j])];
    if (i == j || (other.kind == NfaKind::kAccept && nfa.any_tail)) return true;
    if (!reads(node) || !reads(other)) return false;
    if (node.kind == NfaKind::kAny) return other.kind == NfaKind::kAny;
    return other.kind == NfaKind::kAny || subset[at(node.what) * nfa.sets->size() + at(other.what)];
  };
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) result.covered_.push_back(may_cover(i, j));

  // What was assumed falls where a step leads to what is not covered, until all the rest holds.
  const auto follows = [&](std::size_t i, std::size_t j) {
    return std::ranges::all_of(next[i], [&](std::int32_t to) {
      return std::ranges::any_of(next[j], [&](std::int32_t other) {
        return result.covered_[at(to) * size + at(other)] != 0;
      });
    });
  };
  for (bool changed = true; std::exchange(changed, false);) {
    BYEOL_TRY_OK(budget.spend(pairs / 16 + edges * edges / 64, "the regular expression"));
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) {
        std::uint8_t& covered = result.covered_[i * size + j];
        if (covered == 0 || i == j || !reads(nfa.nodes[at(nodes[j])]) || follows(i, j)) continue;
        covered = 0;
        changed = true;
      }
  }
  return result;
}

}  // namespace byeol::constrain
