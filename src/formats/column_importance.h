// What an error in a column of a matrix costs, as far as a model file tells by itself: the norm
// before a matrix multiplies each of its inputs, so an error in a column counts by that factor.
//
// The factor's square would be right if all inputs of the norm were equally large. They are not: a
// channel that runs large has a small factor, to be held in check. The factor itself is between the
// two, and measured best (docs/quantize.md). Private to this module. Threads: pure functions.
#pragma once

#include <vector>

#include "formats/gguf.h"

namespace byeol::formats {

// One for each column, between 0.001 and 1; empty where all cost the same, which is so for what has
// no norm before it.
std::vector<float> column_importance(const Gguf& model, const Tensor& matrix);

}  // namespace byeol::formats
