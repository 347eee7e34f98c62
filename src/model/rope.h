// Rotary position embedding: the cosines and sines by which pairs of a head are turned,
//   angle(position, i) = position * frequency_scale * base^(-2i / dimensions) / divisor[i]
// (RoFormer, arXiv 2104.09864; the divisors are Llama 3's long-context scaling, rope_freqs).
// Computed in double with our own functions, so that every machine has the same bits.
//
// Threads: one thread fills a table; any number may read while it does not grow.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/config.h"

namespace byeol::model {

class RopeTable {
 public:
  // divisors: empty, or one per pair.
  RopeTable(const RopeConfig& config, std::span<const float> divisors);

  // Room for the rows of positions [0, count), so that fill() up to there does not allocate.
  void reserve(std::int32_t count);
  // Computes the rows of positions [0, count) that are not there yet.
  void fill(std::int32_t count);

  std::int32_t pairs() const { return static_cast<std::int32_t>(frequencies_.size()); }
  const float* cos(std::int32_t position) const { return row(cos_, position); }
  const float* sin(std::int32_t position) const { return row(sin_, position); }

 private:
  const float* row(const std::vector<float>& table, std::int32_t position) const {
    return table.data() + static_cast<std::size_t>(position) * frequencies_.size();
  }

  std::vector<double> frequencies_;  // Radians per position, one per pair.
  std::vector<float> cos_, sin_;     // [positions][pairs]
};

}  // namespace byeol::model
