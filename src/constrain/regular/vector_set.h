// Lists of numbers, each kept once: the states of an automaton while it is being made.
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace byeol::constrain {

class VectorSet {
 public:
  std::int32_t size() const { return static_cast<std::int32_t>(begin_.size()) - 1; }
  // Until the next insert.
  std::span<const std::int32_t> operator[](std::int32_t index) const {
    const auto i = static_cast<std::size_t>(index);
    return {values_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }
  // Its index; that of the list that was there already, if so. `list` is not from this object.
  std::int32_t insert(std::span<const std::int32_t> list) {
    if (2 * begin_.size() > slots_.size()) grow();
    std::size_t slot = hash(list) & (slots_.size() - 1);
    for (; slots_[slot] >= 0; slot = (slot + 1) & (slots_.size() - 1))
      if (std::ranges::equal((*this)[slots_[slot]], list)) return slots_[slot];
    slots_[slot] = size();
    values_.insert(values_.end(), list.begin(), list.end());
    begin_.push_back(values_.size());
    return slots_[slot];
  }

 private:
  static std::size_t hash(std::span<const std::int32_t> list) {
    std::uint64_t sum = 0x9e3779b97f4a7c15;
    for (const std::int32_t value : list) {
      sum = (sum ^ static_cast<std::uint32_t>(value)) * 0xff51afd7ed558ccd;
      sum ^= sum >> 32;
    }
    return static_cast<std::size_t>(sum);
  }
  void grow() {
    slots_.assign(std::max<std::size_t>(64, 2 * slots_.size()), -1);
    for (std::int32_t i = 0; i < size(); ++i) {
      std::size_t slot = hash((*this)[i]) & (slots_.size() - 1);
      while (slots_[slot] >= 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = i;
    }
  }

  std::vector<std::int32_t> values_, slots_;
  std::vector<std::size_t> begin_{0};
};

}  // namespace byeol::constrain
