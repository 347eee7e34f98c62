// Methods of strings that look for something or ask what is inside.
#include <algorithm>

#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/quote.h"
#include "model/template/search.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

// text[start:end] of the arguments 1 and 2, with how many code points and bytes lie before it.
struct Window {
  std::string_view text;
  std::int64_t start;
  bool is_valid;  // False where Python's start is behind the end: not even "" is found there.
};

Result<Window> window(Call& call) {
  const std::string_view text = call.self.string();
  const bool has_bounds = call.argument(1) || call.argument(2);
  if (!has_bounds) return Window{text, 0, true};
  const auto length = static_cast<std::int64_t>(count_code_points(text));
  std::int64_t bounds[2] = {0, length};
  for (std::size_t i = 0; i < 2; ++i) {
    if (!call.argument(i + 1) || call.argument(i + 1)->is(Kind::kNone)) continue;
    BYEOL_TRY(std::int64_t bound, call.whole_number(i + 1, 0));
    if (bound < 0) bound += length;
    bounds[i] = std::max(bound, std::int64_t{0});
  }
  const std::int64_t end = std::min(bounds[1], length);
  if (bounds[0] > end) return Window{{}, 0, false};
  const std::size_t from = byte_of_code_point(text, static_cast<std::size_t>(bounds[0]));
  const std::size_t to = byte_of_code_point(text, static_cast<std::size_t>(end));
  return Window{text.substr(from, to - from), bounds[0], true};
}

template <bool from_right, bool must_find>
Result<Value> find(Call& call) {
  BYEOL_TRY(const std::string_view wanted, call.text(0, ""));
  BYEOL_TRY(const Window inside, window(call));
  const std::size_t at = !inside.is_valid ? std::string_view::npos
                         : from_right     ? find_last_text(call.budget(), inside.text, wanted)
                                          : find_text(call.budget(), inside.text, wanted);
  if (at != std::string_view::npos)
    return Value(inside.start +
                 static_cast<std::int64_t>(count_code_points(inside.text.substr(0, at))));
  if (must_find) return bad_argument(quoted(wanted) + " was not found");
  return Value(std::int64_t{-1});
}

Result<Value> count(Call& call) {
  BYEOL_TRY(const std::string_view wanted, call.text(0, ""));
  BYEOL_TRY(const Window inside, window(call));
  if (!inside.is_valid) return Value(std::int64_t{0});
  if (wanted.empty()) return Value(static_cast<std::int64_t>(count_code_points(inside.text)) + 1);
  std::int64_t found = 0;
  for (std::size_t at = find_text(call.budget(), inside.text, wanted); at != std::string_view::npos;
       at = find_text(call.budget(), inside.text, wanted, at + wanted.size()))
    ++found;
  return Value(found);
}

template <bool at_start>
Result<Value> starts_or_ends(Call& call) {
  const Value& wanted = *call.argument(0);
  BYEOL_TRY(const Window inside, window(call));
  const auto matches = [&](const Value& part) {
    return part.is(Kind::kString) && inside.is_valid &&
           call.budget().spend(1 + part.string().size() / 32) &&
           (at_start ? inside.text.starts_with(part.string())
                     : inside.text.ends_with(part.string()));
  };
  if (wanted.is(Kind::kString)) return Value(matches(wanted));
  if (!wanted.is(Kind::kTuple))
    return bad_argument(std::string("expected a string or a tuple of strings, found ") +
                        kind_name(wanted.kind()));
  const auto& parts = wanted.list().items;
  return Value(std::any_of(parts.begin(), parts.end(), matches));
}

template <bool (*holds)(char32_t)>
Result<Value> all_are(Call& call) {
  return Value(all_code_points(call.self.string(), holds));
}

bool is_alphanumeric(char32_t value) {
  return is_alphabetic(value) || is_decimal(value);
}

Result<Value> isupper(Call& call) {
  return Value(has_case(call.self.string(), true));
}
Result<Value> islower(Call& call) {
  return Value(has_case(call.self.string(), false));
}

constexpr Native kMethods[] = {
    {"find", "sub start end", 1, find<false, false>},
    {"rfind", "sub start end", 1, find<true, false>},
    {"index", "sub start end", 1, find<false, true>},
    {"rindex", "sub start end", 1, find<true, true>},
    {"count", "sub start end", 1, count},
    {"startswith", "prefix start end", 1, starts_or_ends<true>},
    {"endswith", "suffix start end", 1, starts_or_ends<false>},
    {"isdigit", "", 0, all_are<is_decimal>},
    {"isdecimal", "", 0, all_are<is_decimal>},
    {"isnumeric", "", 0, all_are<is_decimal>},
    {"isalpha", "", 0, all_are<is_alphabetic>},
    {"isalnum", "", 0, all_are<is_alphanumeric>},
    {"isspace", "", 0, all_are<is_space>},
    {"isupper", "", 0, isupper},
    {"islower", "", 0, islower},
};

}  // namespace

std::span<const Native> string_searches() {
  return kMethods;
}

}  // namespace byeol::model::jinja
