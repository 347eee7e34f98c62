// Filters on single values: defaults, conversions, numbers, JSON.
#include <charconv>
#include <cmath>
#include <optional>

#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/number_format.h"
#include "model/template/print.h"
#include "model/template/quote.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

Result<Value> default_value(Call& call) {
  const bool is_missing =
      call.self.is(Kind::kUndefined) || (call.flag(1, false) && !is_true(call.self));
  if (!is_missing) return call.self;
  return call.argument(0) ? *call.argument(0) : constant_text("");
}

// What Python's int() and float() accept around the digits: blanks, a sign, single underscores.
std::optional<std::string> plain_digits(std::string_view text) {
  text = strip(text, Side::kBoth);
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      const bool between = i > 0 && i + 1 < text.size() && text[i - 1] != '_' && text[i + 1] != '_';
      if (!between) return std::nullopt;
    } else if (i > 0 || text[i] != '+') {
      digits += text[i];
    }
  }
  if (digits.empty() || digits.starts_with("-+") || (text[0] == '+' && digits[0] == '-'))
    return std::nullopt;
  return digits;
}

std::optional<double> parse_float(std::string_view text) {
  const std::optional<std::string> digits = plain_digits(text);
  if (!digits) return std::nullopt;
  const std::string lower = to_lower(*digits);
  const bool negative = lower.starts_with('-');
  const std::string word = lower.substr(negative ? 1 : 0);
  if (word == "inf" || word == "infinity") return negative ? -INFINITY : INFINITY;
  if (word == "nan") return NAN;
  if (word.find_first_not_of("0123456789.e+-") != std::string::npos) return std::nullopt;
  double number = 0;
  const char* last = lower.data() + lower.size();
  const auto parsed = std::from_chars(lower.data(), last, number);
  if (parsed.ptr != last || parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_integer(std::string_view text, int base) {
  std::optional<std::string> digits = plain_digits(text);
  if (!digits) return std::nullopt;
  const std::size_t sign = digits->starts_with('-') ? 1 : 0;
  if (digits->size() > sign + 2 && (*digits)[sign] == '0') {
    const char mark = static_cast<char>((*digits)[sign + 1] | 0x20);
    if ((mark == 'x' && base == 16) || (mark == 'o' && base == 8) || (mark == 'b' && base == 2))
      digits->erase(sign, 2);
  }
  std::int64_t number = 0;
  const char* last = digits->data() + digits->size();
  const auto parsed = std::from_chars(digits->data(), last, number, base);
  if (parsed.ptr != last || parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

bool fits_integer(double number) {
  return number > -9.2e18 && number < 9.2e18;
}

Result<Value> to_integer(Call& call) {
  if (call.self.is(Kind::kUndefined)) return undefined_error(call.self);
  BYEOL_TRY(const std::int64_t base, call.whole_number(1, 10));
  if (base < 2 || base > 36) return bad_argument("'int' expected a base from 2 to 36");
  std::optional<double> number;
  if (call.self.is(Kind::kString)) {
    if (const auto parsed = parse_integer(call.self.string(), static_cast<int>(base)))
      return Value(*parsed);
    number = parse_float(call.self.string());
  } else if (call.self.is_number()) {
    if (!call.self.is(Kind::kFloat)) return Value(call.self.integer());
    number = call.self.number();
  }
  if (number && fits_integer(*number)) return Value(static_cast<std::int64_t>(*number));
  return call.argument(0) ? *call.argument(0) : Value(std::int64_t{0});
}

Result<Value> to_float(Call& call) {
  if (call.self.is(Kind::kUndefined)) return undefined_error(call.self);
  if (call.self.is_number()) return Value(call.self.number());
  if (call.self.is(Kind::kString))
    if (const auto number = parse_float(call.self.string())) return Value(*number);
  return call.argument(0) ? *call.argument(0) : Value(0.0);
}

Result<Value> absolute(Call& call) {
  if (call.self.is(Kind::kFloat)) return Value(std::fabs(call.self.number()));
  if (call.self.is_number() && call.self.integer() >= 0) return Value(call.self.integer());
  return negate(call.self);
}

Result<Value> round(Call& call) {
  if (call.self.is(Kind::kUndefined)) return undefined_error(call.self);
  if (!call.self.is_number()) return bad_argument("'round' expected a number");
  BYEOL_TRY(const std::int64_t precision, call.whole_number(0, 0));
  BYEOL_TRY(const std::string_view method, call.text(1, "common"));
  if (precision < -300 || precision > kMaxFormatPrecision)
    return bad_argument("'round' expected a precision from -300 to 100");
  const double scale = std::pow(10.0, static_cast<double>(precision));
  if (method == "ceil") return Value(std::ceil(call.self.number() * scale) / scale);
  if (method == "floor") return Value(std::floor(call.self.number() * scale) / scale);
  if (method != "common") return bad_argument("'round' expected 'common', 'ceil' or 'floor'");
  if (!call.self.is(Kind::kFloat) && precision >= 0) return Value(call.self.integer());
  if (precision < 0) {
    const double rounded = std::nearbyint(call.self.number() * scale) / scale;
    if (call.self.is(Kind::kFloat)) return Value(rounded);
    if (!fits_integer(rounded))
      return bad_argument("the rounded number does not fit in a 64-bit integer");
    return Value(static_cast<std::int64_t>(rounded));
  }
  // Through decimal digits, as Python: 2.675 is nearer to 2.67.
  FormatSpec spec;
  spec.type = 'f';
  spec.precision = precision;
  if (!std::isfinite(call.self.number())) return call.self;
  BYEOL_TRY(const std::string digits, format_number(call.self, spec));
  return Value(parse_float(digits).value_or(call.self.number()));
}

Result<Value> length(Call& call) {
  switch (call.self.kind()) {
    case Kind::kUndefined:
      return Value(std::int64_t{0});
    case Kind::kString:
      return Value(static_cast<std::int64_t>(count_code_points(call.self.string())));
    case Kind::kList:
    case Kind::kTuple:
      return Value(static_cast<std::int64_t>(call.self.list().items.size()));
    case Kind::kMapping:
      return Value(static_cast<std::int64_t>(call.self.mapping().entries.size()));
    case Kind::kLoop:
      return Value(static_cast<std::int64_t>(call.self.object<Loop>().items.size()));
    default:
      return bad_argument(std::string("a ") + kind_name(call.self.kind()) + " has no length");
  }
}

Result<Value> items(Call& call) {
  if (call.self.is(Kind::kUndefined)) return call.heap.sequence({}, Kind::kGenerator);
  if (!call.self.is(Kind::kMapping))
    return bad_argument(std::string("'items' expected a mapping, found ") +
                        kind_name(call.self.kind()));
  std::vector<Value> pairs;
  for (const auto& [key, value] : call.self.mapping().entries)
    pairs.push_back(call.heap.sequence({key, value}, Kind::kTuple));
  return call.heap.sequence(std::move(pairs), Kind::kGenerator);
}

Result<Value> attr(Call& call) {
  BYEOL_TRY(const std::string_view name, call.text(0, ""));
  if (call.self.is(Kind::kMapping) && !find_method(Kind::kMapping, name))
    return call.heap.undefined("'dict object' has no attribute " + quoted(name));
  return call.interpreter.attribute(call.self, name);
}

Result<Value> tojson(Call& call) {
  JsonStyle style;
  style.ensure_ascii = call.flag(0, false);
  if (const Value* indent = call.argument(1); indent && !indent->is(Kind::kNone)) {
    if (indent->is(Kind::kString)) {
      style.indent = indent->string();
    } else {
      BYEOL_TRY(const std::int64_t width, call.whole_number(1, 0));
      if (width > kMaxFormatWidth) return bad_argument("'tojson' expected a smaller indent");
      style.indent = std::string(static_cast<std::size_t>(width > 0 ? width : 0), ' ');
    }
  }
  if (const Value* pair = call.argument(2); pair && !pair->is(Kind::kNone)) {
    const bool is_pair =
        (pair->is(Kind::kTuple) || pair->is(Kind::kList)) && pair->list().items.size() == 2 &&
        pair->list().items[0].is(Kind::kString) && pair->list().items[1].is(Kind::kString);
    if (!is_pair) return bad_argument("'tojson' expected two strings as separators");
    style.item_separator = pair->list().items[0].string();
    style.key_separator = pair->list().items[1].string();
  }
  style.sort_keys = call.flag(3, false);
  BYEOL_TRY(std::string text, to_json(call.budget(), call.self, style));
  return call.heap.text(std::move(text));
}

constexpr Native kFilters[] = {
    {"default", "default_value boolean", 0, default_value},
    {"d", "default_value boolean", 0, default_value},
    {"int", "default base", 0, to_integer},
    {"float", "default", 0, to_float},
    {"abs", "", 0, absolute},
    {"round", "precision method", 0, round},
    {"length", "", 0, length},
    {"count", "", 0, length},
    {"items", "", 0, items},
    {"attr", "name", 1, attr},
    {"tojson", "ensure_ascii indent separators sort_keys", 0, tojson},
};

}  // namespace

std::span<const Native> value_filters() {
  return kFilters;
}

}  // namespace byeol::model::jinja
