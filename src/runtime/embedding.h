// The embedding of a text: the mean of the model's hidden states over all its positions, behind the
// output norm and before the head. Sums are doubles in the order of positions, so the bits do not
// depend on how the text was cut into steps.
//
// Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace byeol::runtime {

class MeanState {
 public:
  explicit MeanState(std::int32_t width) : sums_(static_cast<std::size_t>(width)) {}

  // Of the next position, [width].
  void add(std::span<const float> state);
  // Of at least one position. kCorrupt where a state held NaN or infinity.
  Result<std::vector<float>> mean() const;

 private:
  std::vector<double> sums_;
  std::int64_t positions_ = 0;
};

// Scales a vector to length 1. One that has no length stays as it is.
void normalise(std::span<float> vector);

}  // namespace byeol::runtime
