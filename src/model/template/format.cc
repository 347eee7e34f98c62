#include "model/template/format.h"

#include <optional>

#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/number_format.h"
#include "model/template/print.h"
#include "model/template/quote.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// Reads digits at `at`; -1 if there are none.
Result<std::int64_t> read_number(std::string_view text, std::size_t& at, std::int64_t limit) {
  if (at >= text.size() || !is_digit(text[at])) return std::int64_t{-1};
  std::int64_t number = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    number = number * 10 + (text[at] - '0');
    if (number > limit)
      return bad_argument("a width or precision in a format is larger than " +
                          std::to_string(limit));
  }
  return number;
}

// ---- "%5.1f" % values ----

class PercentFormat {
 public:
  PercentFormat(Heap& heap, std::string_view pattern, const Value& values)
      : heap_(heap), pattern_(pattern), values_(values) {}

  Result<Value> run() {
    std::string out;
    while (at_ < pattern_.size() && heap_.budget().fits_text(out.size())) {
      const char letter = pattern_[at_++];
      if (letter != '%') {
        out += letter;
        continue;
      }
      BYEOL_TRY_OK(convert(out));
    }
    const bool all_used = !values_.is(Kind::kTuple)
                              ? used_ > 0 || values_.is(Kind::kMapping) || values_.is(Kind::kList)
                              : used_ == values_.list().items.size();
    if (!all_used) return bad_argument("not all values were used by the % format");
    return heap_.text(std::move(out));
  }

 private:
  Status convert(std::string& out) {
    FormatSpec spec;
    std::optional<Value> value;
    if (at_ < pattern_.size() && pattern_[at_] == '(') {
      BYEOL_TRY(value, named_value());
    }
    for (; at_ < pattern_.size(); ++at_) {
      if (pattern_[at_] == '-') {
        spec.align = '<';
      } else if (pattern_[at_] == '0') {
        zero_ = true;
      } else if (pattern_[at_] == '+' || pattern_[at_] == ' ') {
        spec.sign = pattern_[at_];
      } else if (pattern_[at_] == '#') {
        spec.alternate = true;
      } else {
        break;
      }
    }
    BYEOL_TRY(const std::int64_t width, read_number(pattern_, at_, kMaxFormatWidth));
    if (width > 0) spec.width = width;
    if (at_ < pattern_.size() && pattern_[at_] == '.') {
      ++at_;
      BYEOL_TRY(const std::int64_t precision, read_number(pattern_, at_, kMaxFormatPrecision));
      spec.precision = precision < 0 ? 0 : precision;
    }
    if (at_ == pattern_.size()) return bad_argument("the % format ends inside a conversion");
    spec.type = pattern_[at_++];
    if (spec.type == '%') {
      out += '%';
      return ok();
    }
    if (!value) {
      BYEOL_TRY(value, next_value());
    }
    BYEOL_TRY(const std::string text, converted(*value, spec));
    out += text;
    return ok();
  }

  Result<std::string> converted(const Value& value, FormatSpec spec) {
    const bool zero = std::exchange(zero_, false);
    switch (spec.type) {
      case 's':
      case 'r':
      case 'a': {
        std::string text =
            spec.type == 's' ? to_text(heap_.budget(), value) : to_repr(heap_.budget(), value);
        if (spec.precision >= 0)
          text.resize(byte_of_code_point(text, static_cast<std::size_t>(spec.precision)));
        return pad(std::move(text), spec, '>');
      }
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        break;
      default:
        return bad_argument(std::string("unknown conversion '%") + spec.type + "'");
    }
    if (value.is(Kind::kUndefined)) return undefined_error(value);
    if (zero && spec.align == 0) {
      spec.fill.assign(1, '0');
      spec.align = '=';
    }
    if (spec.type == 'i' || spec.type == 'u') spec.type = 'd';
    if (spec.type == 'd' && value.is(Kind::kFloat)) {
      if (!(value.number() > -9e18 && value.number() < 9e18))
        return bad_argument("'%d' expected a number inside 64 bits");
      return format_number(Value(static_cast<std::int64_t>(value.number())), spec);
    }
    return format_number(value, spec);
  }

  Result<std::optional<Value>> named_value() {
    const std::size_t end = pattern_.find(')', at_);
    if (end == std::string_view::npos) return bad_argument("the % format lacks a ')'");
    const std::string_view name = pattern_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (!values_.is(Kind::kMapping)) return bad_argument("'%(name)s' expected a mapping");
    const Value* value = values_.mapping().find(name);
    if (!value) return bad_argument("the % format names " + quoted(name) + ", a missing key");
    ++used_;
    return std::optional<Value>(*value);
  }

  Result<std::optional<Value>> next_value() {
    const std::size_t index = used_++;
    if (values_.is(Kind::kTuple)) {
      if (index < values_.list().items.size())
        return std::optional<Value>(values_.list().items[index]);
    } else if (index == 0) {
      return std::optional<Value>(values_);
    }
    return bad_argument("the % format expected more values than it was given");
  }

  Heap& heap_;
  std::string_view pattern_;
  const Value& values_;
  std::size_t at_ = 0;
  std::size_t used_ = 0;
  bool zero_ = false;
};

// ---- "{0.name:>8}".format(values) ----

class BraceFormat {
 public:
  BraceFormat(Interpreter& interpreter, std::string_view pattern, const Arguments& arguments)
      : interpreter_(interpreter), pattern_(pattern), arguments_(arguments) {}

  Result<Value> run() {
    std::string out;
    Heap& heap = interpreter_.heap();
    while (at_ < pattern_.size() && heap.budget().fits_text(out.size())) {
      const char letter = pattern_[at_++];
      const bool doubled = at_ < pattern_.size() && pattern_[at_] == letter;
      if ((letter == '{' || letter == '}') && doubled) {
        out += letter;
        ++at_;
      } else if (letter == '{') {
        BYEOL_TRY(const std::string field, replace_field());
        out += field;
      } else if (letter == '}') {
        return bad_argument("a single '}' in a format string");
      } else {
        out += letter;
      }
    }
    return heap.text(std::move(out));
  }

 private:
  Result<std::string> replace_field() {
    const std::size_t end = pattern_.find('}', at_);
    if (end == std::string_view::npos) return bad_argument("a format string lacks a '}'");
    std::string_view field = pattern_.substr(at_, end - at_);
    at_ = end + 1;
    const std::size_t colon = field.find(':');
    std::string_view spec_text;
    if (colon != std::string_view::npos) {
      spec_text = field.substr(colon + 1);
      field = field.substr(0, colon);
    }
    if (spec_text.find('{') != std::string_view::npos)
      return Error{ErrorCode::kUnsupported, "a field inside a format's field is not supported"};
    char conversion = 0;
    if (field.size() >= 2 && field[field.size() - 2] == '!') {
      conversion = field.back();
      field.remove_suffix(2);
    }
    BYEOL_TRY(Value value, find_value(field));
    BYEOL_TRY(const FormatSpec spec, parse_spec(spec_text));
    Budget& budget = interpreter_.heap().budget();
    if (conversion == 'r' || conversion == 'a')
      value = interpreter_.heap().text(to_repr(budget, value));
    else if (conversion == 's')
      value = interpreter_.heap().text(to_text(budget, value));
    else if (conversion != 0)
      return bad_argument("a format's conversion is !s, !r or !a");
    return laid_out(value, spec, spec_text.empty());
  }

  Result<std::string> laid_out(const Value& value, const FormatSpec& spec, bool bare) {
    Budget& budget = interpreter_.heap().budget();
    if (bare || spec.type == 's' || (spec.type == 0 && !value.is_number())) {
      if (!bare && !value.is(Kind::kString) && !value.is(Kind::kUndefined))
        return bad_argument(std::string("a format's layout does not go with ") +
                            kind_name(value.kind()));
      std::string text = to_text(budget, value);
      if (spec.precision >= 0)
        text.resize(byte_of_code_point(text, static_cast<std::size_t>(spec.precision)));
      return pad(std::move(text), spec, '<');
    }
    return format_number(value, spec);
  }

  // "0", "", "name", then .attribute and [key] as often as wanted.
  Result<Value> find_value(std::string_view field) {
    std::size_t at = 0;
    while (at < field.size() && field[at] != '.' && field[at] != '[') ++at;
    BYEOL_TRY(Value value, find_argument(field.substr(0, at)));
    while (at < field.size()) {
      const bool bracket = field[at] == '[';
      const std::size_t start = ++at;
      while (at < field.size() &&
             (bracket ? field[at] != ']' : field[at] != '.' && field[at] != '['))
        ++at;
      const std::string_view name = field.substr(start, at - start);
      if (bracket) {
        if (at == field.size()) return bad_argument("a format's field lacks a ']'");
        ++at;
        std::size_t end = 0;
        BYEOL_TRY(const std::int64_t index, read_number(name, end, kMaxRange));
        const Value key = index >= 0 && end == name.size()
                              ? Value(index)
                              : interpreter_.heap().text(std::string(name));
        BYEOL_TRY(value, interpreter_.item(value, key));
      } else {
        BYEOL_TRY(value, interpreter_.attribute(value, name));
      }
    }
    return value;
  }

  Result<Value> find_argument(std::string_view name) {
    std::size_t end = 0;
    BYEOL_TRY(std::int64_t index, read_number(name, end, kMaxRange));
    if (name.empty()) index = next_++;
    if (index >= 0 && end == name.size()) {
      if (static_cast<std::size_t>(index) < arguments_.positional.size())
        return arguments_.positional[static_cast<std::size_t>(index)];
      return bad_argument("a format expected more values than it was given");
    }
    for (const auto& [key, value] : arguments_.named)
      if (key == name) return value;
    return bad_argument("a format names " + quoted(name) + ", which was not given");
  }

  // [[fill]align][sign][#][0][width][grouping][.precision][type]
  static Result<FormatSpec> parse_spec(std::string_view text) {
    FormatSpec spec;
    const auto is_align = [](char letter) {
      return std::string_view("<>^=").find(letter) != std::string_view::npos;
    };
    std::size_t at = 0;
    bool has_fill = false;
    if (!text.empty()) {
      const std::size_t fill = code_point_at(text, 0).bytes;
      if (fill < text.size() && is_align(text[fill])) {
        spec.fill = std::string(text.substr(0, fill));
        has_fill = true;
        spec.align = text[fill];
        at = fill + 1;
      } else if (is_align(text[0])) {
        spec.align = text[0];
        at = 1;
      }
    }
    const auto take = [&](std::string_view letters) {
      if (at == text.size() || letters.find(text[at]) == std::string_view::npos) return '\0';
      return text[at++];
    };
    if (const char sign = take("+- ")) spec.sign = sign;
    spec.alternate = take("#") != 0;
    if (take("0")) {
      if (!has_fill) spec.fill.assign(1, '0');
      if (spec.align == 0) spec.align = '=';
    }
    BYEOL_TRY(const std::int64_t width, read_number(text, at, kMaxFormatWidth));
    if (width > 0) spec.width = width;
    spec.grouping = take(",_");
    if (take(".")) {
      BYEOL_TRY(spec.precision, read_number(text, at, kMaxFormatPrecision));
      if (spec.precision < 0) return bad_argument("a format lacks its precision after '.'");
    }
    spec.type = take("bcdeEfFgGnosxX%");
    if (at != text.size())
      return bad_argument("the layout " + quoted(text) + " of a format is not understood");
    return spec;
  }

  Interpreter& interpreter_;
  std::string_view pattern_;
  const Arguments& arguments_;
  std::size_t at_ = 0;
  std::int64_t next_ = 0;
};

}  // namespace

Result<Value> format_percent(Heap& heap, const std::string& pattern, const Value& values) {
  return PercentFormat(heap, pattern, values).run();
}

Result<Value> format_braces(Interpreter& interpreter, const std::string& pattern,
                            const Arguments& arguments) {
  return BraceFormat(interpreter, pattern, arguments).run();
}

}  // namespace byeol::model::jinja
