// Filters on strings. As in jinja2, most of them take str() of what they are given.
#include "model/template/call.h"
#include "model/template/edit.h"
#include "model/template/format.h"
#include "model/template/number_format.h"
#include "model/template/print.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

std::string self_text(Call& call) {
  return to_text(call.budget(), call.self);
}

Result<Value> upper(Call& call) {
  return call.heap.text(to_upper(self_text(call)));
}
Result<Value> lower(Call& call) {
  return call.heap.text(to_lower(self_text(call)));
}
Result<Value> capitalize(Call& call) {
  return call.heap.text(capitalized(self_text(call)));
}
Result<Value> title(Call& call) {
  return call.heap.text(title_words(self_text(call)));
}
Result<Value> string(Call& call) {
  return call.heap.text(self_text(call));
}

Result<Value> trim(Call& call) {
  const std::string text = self_text(call);
  const Value* chars = call.argument(0);
  if (!chars || chars->is(Kind::kNone))
    return call.heap.text(std::string(strip(text, Side::kBoth)));
  BYEOL_TRY(const std::string_view wanted, call.text(0, ""));
  if (!call.budget().spend((text.size() / 32 + 1) * wanted.size())) return none();
  return call.heap.text(std::string(strip(text, Side::kBoth, wanted)));
}

Result<Value> replace(Call& call) {
  const std::string old_text = to_text(call.budget(), *call.argument(0));
  const std::string new_text = to_text(call.budget(), *call.argument(1));
  std::int64_t count = -1;
  if (call.argument(2) && !call.argument(2)->is(Kind::kNone)) {
    BYEOL_TRY(count, call.whole_number(2, -1));
  }
  return replaced(call.heap, self_text(call), old_text, new_text, count);
}

Result<Value> escape(Call& call) {
  std::string escaped;
  for (const char letter : self_text(call)) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      case '"':
        escaped += "&#34;";
        break;
      default:
        escaped += letter;
    }
  }
  return call.heap.text(std::move(escaped));
}

Result<Value> indent(Call& call) {
  if (!call.self.is(Kind::kString)) return bad_argument("'indent' expected a string");
  std::string margin;
  if (call.argument(0) && call.argument(0)->is(Kind::kString)) {
    margin = call.argument(0)->string();
  } else {
    BYEOL_TRY(const std::int64_t width, call.whole_number(0, 4));
    if (width > kMaxFormatWidth)
      return bad_argument("'indent' expected a width of at most " +
                          std::to_string(kMaxFormatWidth));
    margin.assign(static_cast<std::size_t>(width > 0 ? width : 0), ' ');
  }
  const bool first = call.flag(1, false);
  const bool blank = call.flag(2, false);
  const std::string text = call.self.string() + "\n";
  std::string indented;
  bool is_first = true;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest, false);
    if (!call.budget().fits_text(indented.size() + margin.size() + line.size())) break;
    if (!is_first) indented += '\n';
    if (is_first ? first : blank || !line.empty()) indented += margin;
    indented += line;
    is_first = false;
  }
  return call.heap.text(std::move(indented));
}

Result<Value> center(Call& call) {
  BYEOL_TRY(const std::int64_t width, call.whole_number(0, 80));
  return centered(call.heap, self_text(call), width, " ");
}

Result<Value> truncate(Call& call) {
  BYEOL_TRY(const std::int64_t length, call.whole_number(0, 255));
  BYEOL_TRY(const std::string_view end, call.text(2, "..."));
  BYEOL_TRY(const std::int64_t leeway, call.whole_number(3, 5));
  const std::string text = self_text(call);
  const auto end_length = static_cast<std::int64_t>(count_code_points(end));
  if (length < end_length || leeway < 0)
    return bad_argument("'truncate' expected a length of at least that of its end");
  if (static_cast<std::int64_t>(count_code_points(text)) - leeway <= length)
    return call.heap.text(text);
  std::string kept =
      text.substr(0, byte_of_code_point(text, static_cast<std::size_t>(length - end_length)));
  const std::size_t space = kept.rfind(' ');
  if (!call.flag(1, false) && space != std::string::npos) kept.resize(space);
  return call.heap.text(kept.append(end));
}

Result<Value> wordcount(Call& call) {
  std::int64_t count = 0;
  bool in_word = false;
  const std::string text = self_text(call);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const bool is_word =
        point.value == '_' || is_alphabetic(point.value) || is_decimal(point.value);
    if (is_word && !in_word) ++count;
    in_word = is_word;
    at += point.bytes;
  }
  return Value(count);
}

Result<Value> format(Call& call) {
  if (call.arguments.named.empty()) {
    const Value values = call.heap.sequence(call.arguments.positional, Kind::kTuple);
    return format_percent(call.heap, self_text(call), values);
  }
  if (!call.arguments.positional.empty())
    return bad_argument("'format' takes positional or named arguments, not both");
  Mapping& values = call.heap.make<Mapping>();
  for (const auto& [name, value] : call.arguments.named) values.set(call.heap.text(name), value);
  return format_percent(call.heap, self_text(call), Value(&values));
}

constexpr Native kFilters[] = {
    {"upper", "", 0, upper},           {"lower", "", 0, lower},
    {"capitalize", "", 0, capitalize}, {"title", "", 0, title},
    {"string", "", 0, string},         {"safe", "", 0, string},
    {"trim", "chars", 0, trim},        {"replace", "old new count", 2, replace},
    {"escape", "", 0, escape},         {"e", "", 0, escape},
    {"forceescape", "", 0, escape},    {"indent", "width first blank", 0, indent},
    {"center", "width", 0, center},    {"truncate", "length killwords end leeway", 0, truncate},
    {"wordcount", "", 0, wordcount},   {"format", "…", 0, format},
};

}  // namespace

std::span<const Native> text_filters() {
  return kFilters;
}

}  // namespace byeol::model::jinja
