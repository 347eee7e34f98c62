// Sums over a file's tensors, and numbers as people read them. Private to this module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/gguf.h"

namespace byeol::formats {

struct TypeTotal {
  std::string_view type;
  std::size_t tensors;
  std::size_t bytes;
};

struct ModelTotals {
  std::int64_t parameters = 0;
  std::size_t bytes = 0;
  std::vector<TypeTotal> types;  // The one with the most bytes first.
};

ModelTotals add_up(const Gguf& gguf);

// The shortest decimal digits that give the number back; where it came from an f32, that f32.
std::string number_text(double value);

}  // namespace byeol::formats
