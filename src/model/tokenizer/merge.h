// The heart of SPM and BPE alike: neighbours merge, the best pair first, until no pair is left.
//
// Short words take a plain scan; long ones a heap of candidates over a linked list, so that one
// letter a million times stays O(n log n). Both give the same symbols.
// Threads: a MergeScratch belongs to one. After its first uses it allocates nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace byeol::model {

struct Symbol {
  std::uint32_t begin;  // Bytes of the word that it covers.
  std::uint32_t bytes;
  std::int32_t id;
};

struct Merge {
  std::uint32_t priority;  // The lowest goes first; ties: the leftmost.
  std::int32_t id;         // Of the merged symbol.
};
inline constexpr std::uint32_t kNoMerge = 0xFFFFFFFF;

class MergeScratch {
 public:
  std::vector<Symbol> symbols;  // In: one for each character. Out: what could not merge further.

  // find_merge(left, right) -> Merge; kNoMerge as its priority means that they stay apart.
  template <typename FindMerge>
  void run(const FindMerge& find_merge) {
    if (symbols.size() <= kScanSymbols)
      scan(find_merge);
    else
      heap(find_merge);
  }

 private:
  static constexpr std::size_t kScanSymbols = 24;

  struct Candidate {
    std::uint64_t order;  // Priority, then the index of the left symbol.
    std::uint32_t bytes;  // Of both together: tells a stale candidate.
    std::int32_t id;
    bool operator<(const Candidate& other) const { return order > other.order; }
  };
  struct Link {
    std::uint32_t previous;
    std::uint32_t next;
  };
  static constexpr std::uint32_t kEnd = 0xFFFFFFFF;

  template <typename FindMerge>
  void scan(const FindMerge& find_merge) {
    Merge merges[kScanSymbols];
    std::size_t count = symbols.size();
    for (std::size_t i = 0; i + 1 < count; ++i) merges[i] = find_merge(symbols[i], symbols[i + 1]);
    while (count > 1) {
      std::size_t best = 0;
      for (std::size_t i = 1; i + 1 < count; ++i)
        if (merges[i].priority < merges[best].priority) best = i;
      if (merges[best].priority == kNoMerge) break;
      symbols[best].bytes += symbols[best + 1].bytes;
      symbols[best].id = merges[best].id;
      for (std::size_t i = best + 1; i + 1 < count; ++i) symbols[i] = symbols[i + 1];
      for (std::size_t i = best + 1; i + 2 < count; ++i) merges[i] = merges[i + 1];
      --count;
      if (best > 0) merges[best - 1] = find_merge(symbols[best - 1], symbols[best]);
      if (best + 1 < count) merges[best] = find_merge(symbols[best], symbols[best + 1]);
    }
    symbols.resize(count);
  }

  template <typename FindMerge>
  void heap(const FindMerge& find_merge) {
    const auto count = static_cast<std::uint32_t>(symbols.size());
    links_.resize(count);
    queue_.clear();
    const auto candidate = [&](std::uint32_t left, std::uint32_t right) {
      const Merge merge = find_merge(symbols[left], symbols[right]);
      return Candidate{std::uint64_t{merge.priority} << 32 | left,
                       symbols[left].bytes + symbols[right].bytes, merge.id};
    };
    const auto possible = [](const Candidate& it) { return it.order >> 32 != kNoMerge; };
    const auto push = [&](std::uint32_t left, std::uint32_t right) {
      if (left == kEnd || right == kEnd) return;
      const Candidate it = candidate(left, right);
      if (!possible(it)) return;
      queue_.push_back(it);
      std::push_heap(queue_.begin(), queue_.end());
    };

    for (std::uint32_t i = 0; i < count; ++i) {
      links_[i] = {i == 0 ? kEnd : i - 1, i + 1 == count ? kEnd : i + 1};
      if (i + 1 == count) break;
      if (const Candidate it = candidate(i, i + 1); possible(it)) queue_.push_back(it);
    }
    std::make_heap(queue_.begin(), queue_.end());
    while (!queue_.empty()) {
      std::pop_heap(queue_.begin(), queue_.end());
      const Candidate best = queue_.back();
      queue_.pop_back();
      const auto left = static_cast<std::uint32_t>(best.order);
      const std::uint32_t right = links_[left].next;
      // A merge makes a symbol longer and a swallowed one empty, so equal sizes mean untouched.
      if (symbols[left].bytes == 0 || right == kEnd ||
          symbols[left].bytes + symbols[right].bytes != best.bytes)
        continue;
      symbols[left].bytes = best.bytes;
      symbols[left].id = best.id;
      symbols[right].bytes = 0;
      links_[left].next = links_[right].next;
      if (links_[left].next != kEnd) links_[links_[left].next].previous = left;
      push(links_[left].previous, left);
      push(left, links_[left].next);
    }
    std::erase_if(symbols, [](const Symbol& symbol) { return symbol.bytes == 0; });
  }

  std::vector<Link> links_;
  std::vector<Candidate> queue_;
};

}  // namespace byeol::model
