// A weight matrix as the kernels want it, and what goes with it. y = W x + bias, W [rows][k].
//
// Threads: immutable once loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/result.h"
#include "kernels/kernel_table.h"

namespace byeol::model {

// Memory for packed weights: 64-byte aligned, zero, from huge pages where the system has them.
class WeightMemory {
 public:
  WeightMemory() = default;
  // kOverloaded where the system does not give so much.
  static Result<WeightMemory> reserve(std::int64_t bytes);
  WeightMemory(WeightMemory&& other) noexcept;
  WeightMemory& operator=(WeightMemory&& other) noexcept;
  ~WeightMemory();

  std::byte* data() const { return data_; }

 private:
  std::byte* data_ = nullptr;
  std::int64_t bytes_ = 0;
};

struct Matrix {
  kernels::Weights weights{};
  WeightMemory memory;
  std::vector<float> bias;  // Empty, or one per row.

  std::int32_t rows() const { return weights.rows; }
  std::int32_t tiles() const {
    return (weights.rows + kernels::kTileRows - 1) / kernels::kTileRows;
  }
  // Whether activations are multiplied as floats rather than as int8 codes.
  bool is_float() const {
    return weights.layout == kernels::Layout::kF32 || weights.layout == kernels::Layout::kF16 ||
           weights.layout == kernels::Layout::kBF16;
  }
};

using Vector = std::vector<float>;  // A norm's weight.

}  // namespace byeol::model
