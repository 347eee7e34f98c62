// The layout of one formatted value, shared by % and format(): fill, sign, width, precision, type.
#pragma once

#include <string>

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

inline constexpr std::int64_t kMaxFormatWidth = 10'000;
inline constexpr std::int64_t kMaxFormatPrecision = 100;

struct FormatSpec {
  std::string fill = " ";
  char align = 0;  // < > ^ =, 0: by type.
  char sign = '-';
  bool alternate = false;
  char grouping = 0;  // , or _
  std::int64_t width = 0;
  std::int64_t precision = -1;
  char type = 0;  // d x X o b e E f F g G % s c, 0: by value.
};

// A number (a boolean counts as 0 or 1) in one of the number types.
Result<std::string> format_number(const Value& value, const FormatSpec& spec);
// Pads to the width, counted in code points.
std::string pad(std::string text, const FormatSpec& spec, char default_align);

}  // namespace byeol::model::jinja
