#include "model/template/number_format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "model/template/compare.h"
#include "model/template/print.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

std::string in_base(std::uint64_t magnitude, unsigned base, bool upper) {
  const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  do {
    text += digits[magnitude % base];
    magnitude /= base;
  } while (magnitude > 0);
  std::reverse(text.begin(), text.end());
  return text;
}

std::string printed(double magnitude, char type, std::int64_t precision) {
  const int places = static_cast<int>(precision);
  char buffer[512];
  switch (type) {
    case 'e':
      std::snprintf(buffer, sizeof buffer, "%.*e", places, magnitude);
      break;
    case 'E':
      std::snprintf(buffer, sizeof buffer, "%.*E", places, magnitude);
      break;
    case 'g':
      std::snprintf(buffer, sizeof buffer, "%.*g", places, magnitude);
      break;
    case 'G':
      std::snprintf(buffer, sizeof buffer, "%.*G", places, magnitude);
      break;
    default:
      std::snprintf(buffer, sizeof buffer, "%.*f", places, magnitude);
  }
  return buffer;
}

// 1234567.5 → 1,234,567.5
std::string grouped(std::string digits, char separator) {
  const std::size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
  for (std::size_t at = whole; at > 3; at -= 3) digits.insert(at - 3, 1, separator);
  return digits;
}

bool is_whole(const Value& value) {
  return value.is(Kind::kInteger) || value.is(Kind::kBoolean);
}

Result<std::string> whole_digits(const Value& value, const FormatSpec& spec, std::string& prefix) {
  const std::int64_t integer = value.integer();
  const std::uint64_t magnitude =
      integer < 0 ? ~static_cast<std::uint64_t>(integer) + 1 : static_cast<std::uint64_t>(integer);
  switch (spec.type) {
    case 'x':
    case 'X':
      if (spec.alternate) prefix = spec.type == 'x' ? "0x" : "0X";
      return in_base(magnitude, 16, spec.type == 'X');
    case 'o':
      if (spec.alternate) prefix = "0o";
      return in_base(magnitude, 8, false);
    case 'b':
      if (spec.alternate) prefix = "0b";
      return in_base(magnitude, 2, false);
    default:
      return in_base(magnitude, 10, false);
  }
}

Result<std::string> float_digits(double magnitude, const FormatSpec& spec) {
  if (spec.type == 0 && spec.precision < 0) return float_repr(magnitude);
  std::int64_t precision = spec.precision < 0 ? 6 : spec.precision;
  if ((spec.type == 'g' || spec.type == 'G' || spec.type == 0) && precision == 0) precision = 1;
  if (spec.type == '%') return printed(magnitude * 100, 'f', precision) + "%";
  return printed(magnitude, spec.type == 0 ? 'g' : spec.type, precision);
}

}  // namespace

Result<std::string> format_number(const Value& value, const FormatSpec& spec) {
  constexpr std::string_view kWholeTypes = "dxXobn";
  constexpr std::string_view kFloatTypes = "eEfFgG%";
  if (!value.is_number())
    return Error{ErrorCode::kInvalidArgument, std::string("format type '") + spec.type +
                                                  "' expected a number, found " +
                                                  kind_name(value.kind())};
  std::string prefix;
  std::string digits;
  bool negative = false;
  const bool wants_whole = kWholeTypes.find(spec.type) != std::string_view::npos;
  if (wants_whole || (spec.type == 0 && is_whole(value))) {
    if (!is_whole(value))
      return Error{ErrorCode::kInvalidArgument,
                   std::string("format type '") + spec.type + "' expected an integer"};
    negative = value.integer() < 0;
    BYEOL_TRY(digits, whole_digits(value, spec, prefix));
  } else if (spec.type == 0 || kFloatTypes.find(spec.type) != std::string_view::npos) {
    negative = std::signbit(value.number());
    BYEOL_TRY(digits, float_digits(std::fabs(value.number()), spec));
  } else {
    return Error{ErrorCode::kUnsupported, std::string("unknown format type '") + spec.type + "'"};
  }
  if (spec.grouping) digits = grouped(std::move(digits), spec.grouping);
  if (negative) {
    prefix.insert(0, "-");
  } else if (spec.sign != '-') {
    prefix.insert(0, 1, spec.sign);
  }
  if (spec.align == '=') {
    FormatSpec inner = spec;
    inner.align = '>';
    inner.width -= static_cast<std::int64_t>(prefix.size());
    return prefix + pad(std::move(digits), inner, '>');
  }
  return pad(prefix + digits, spec, '>');
}

std::string pad(std::string text, const FormatSpec& spec, char default_align) {
  const auto length = static_cast<std::int64_t>(count_code_points(text));
  if (spec.width <= length) return text;
  const std::int64_t missing = spec.width - length;
  const char align = spec.align ? spec.align : default_align;
  const std::int64_t before = align == '>' || align == '=' ? missing
                              : align == '^'               ? missing / 2
                                                           : 0;
  std::string padded;
  for (std::int64_t i = 0; i < before; ++i) padded += spec.fill;
  padded += text;
  for (std::int64_t i = before; i < missing; ++i) padded += spec.fill;
  return padded;
}

}  // namespace byeol::model::jinja
