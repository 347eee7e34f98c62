// Methods of strings that change or take apart; those that look for something are in
// string_searches.cc.
#include <algorithm>

#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/edit.h"
#include "model/template/format.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

Result<Value> upper(Call& call) {
  return call.heap.text(to_upper(call.self.string()));
}
Result<Value> lower(Call& call) {
  return call.heap.text(to_lower(call.self.string()));
}
Result<Value> capitalize(Call& call) {
  return call.heap.text(capitalized(call.self.string()));
}
Result<Value> title(Call& call) {
  return call.heap.text(titled(call.self.string()));
}

template <Side side>
Result<Value> strip_side(Call& call) {
  const std::string& text = call.self.string();
  const Value* chars = call.argument(0);
  if (!chars || chars->is(Kind::kNone)) return call.heap.text(std::string(strip(text, side)));
  BYEOL_TRY(const std::string_view wanted, call.text(0, ""));
  call.budget().spend(text.size() / 32 * wanted.size());
  return call.heap.text(std::string(strip(text, side, wanted)));
}

Result<Value> replace(Call& call) {
  BYEOL_TRY(const std::string_view old_text, call.text(0, ""));
  BYEOL_TRY(const std::string_view new_text, call.text(1, ""));
  BYEOL_TRY(const std::int64_t count, call.whole_number(2, -1));
  return replaced(call.heap, call.self.string(), old_text, new_text, count);
}

// Pieces between runs of white space; at most `limit` cuts, from the right or the left.
std::vector<std::string_view> split_at_spaces(std::string_view text, std::size_t limit,
                                              bool from_right) {
  std::vector<std::string_view> pieces;
  text = strip(text, from_right ? Side::kRight : Side::kLeft);
  while (!text.empty()) {
    // Only the piece that the limit leaves whole keeps the blanks at its far end.
    if (pieces.size() < limit) text = strip(text, Side::kBoth);
    std::size_t cut = from_right ? 0 : text.size();
    if (pieces.size() < limit) {
      std::size_t last_cut = std::string_view::npos;
      for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        if (is_space(point.value)) {
          last_cut = from_right ? at + point.bytes : at;
          if (!from_right) break;
        }
        at += point.bytes;
      }
      if (last_cut != std::string_view::npos) cut = last_cut;
    }
    if (from_right) {
      pieces.push_back(text.substr(cut));
      text = strip(text.substr(0, cut), Side::kRight);
    } else {
      pieces.push_back(text.substr(0, cut));
      text = strip(text.substr(cut), Side::kLeft);
    }
  }
  if (from_right) std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator,
                                       std::size_t limit, bool from_right) {
  std::vector<std::string_view> pieces;
  while (pieces.size() < limit) {
    const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
    if (at == std::string_view::npos) break;
    const std::string_view behind = text.substr(at + separator.size());
    pieces.push_back(from_right ? behind : text.substr(0, at));
    text = from_right ? text.substr(0, at) : behind;
  }
  pieces.push_back(text);
  if (from_right) std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

Result<Value> text_list(Heap& heap, const std::vector<std::string_view>& pieces) {
  std::vector<Value> items;
  for (const std::string_view piece : pieces) {
    if (!heap.budget().spend(1)) break;
    items.push_back(heap.text(std::string(piece)));
  }
  return heap.sequence(std::move(items));
}

template <bool from_right>
Result<Value> split(Call& call) {
  BYEOL_TRY(const std::int64_t wanted, call.whole_number(1, -1));
  const std::size_t limit = wanted < 0 ? std::string::npos : static_cast<std::size_t>(wanted);
  const std::string& text = call.self.string();
  if (!call.argument(0) || call.argument(0)->is(Kind::kNone)) {
    // From the right every cut walks the rest again.
    if (from_right && !call.budget().spend(text.size() * std::min(limit, text.size()) / 64))
      return none();
    return text_list(call.heap, split_at_spaces(text, limit, from_right));
  }
  BYEOL_TRY(const std::string_view separator, call.text(0, ""));
  if (separator.empty()) return bad_argument("'split' expected a separator that is not empty");
  return text_list(call.heap, split_at(text, separator, limit, from_right));
}

Result<Value> splitlines(Call& call) {
  return text_list(call.heap, split_lines(call.self.string(), call.flag(0, false)));
}

template <bool from_right>
Result<Value> partition(Call& call) {
  BYEOL_TRY(const std::string_view separator, call.text(0, ""));
  if (separator.empty()) return bad_argument("'partition' expected a separator that is not empty");
  const std::string_view text = call.self.string();
  const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
  const Value whole = call.self;
  const Value empty = constant_text("");
  if (at == std::string_view::npos)
    return from_right ? call.heap.sequence({empty, empty, whole}, Kind::kTuple)
                      : call.heap.sequence({whole, empty, empty}, Kind::kTuple);
  return call.heap.sequence(
      {call.heap.text(std::string(text.substr(0, at))), call.heap.text(std::string(separator)),
       call.heap.text(std::string(text.substr(at + separator.size())))},
      Kind::kTuple);
}

Result<Value> join(Call& call) {
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, *call.argument(0)));
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is(Kind::kString))
      return bad_argument(std::string("'join' expected strings, found ") +
                          kind_name(items[i].kind()));
    const std::string& separator = call.self.string();
    if (!call.budget().fits_text(text.size() + separator.size() + items[i].string().size())) break;
    if (i > 0) text += separator;
    text += items[i].string();
  }
  return call.heap.text(std::move(text));
}

Result<Value> removeprefix(Call& call) {
  BYEOL_TRY(const std::string_view prefix, call.text(0, ""));
  std::string_view text = call.self.string();
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return call.heap.text(std::string(text));
}

Result<Value> removesuffix(Call& call) {
  BYEOL_TRY(const std::string_view suffix, call.text(0, ""));
  std::string_view text = call.self.string();
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return call.heap.text(std::string(text));
}

// ljust (all blanks behind), rjust (all before), center.
enum class Place { kLeft, kRight, kMiddle };
template <Place place>
Result<Value> justify(Call& call) {
  BYEOL_TRY(std::int64_t width, call.whole_number(0, 0));
  BYEOL_TRY(const std::string_view fill, call.text(1, " "));
  if (count_code_points(fill) != 1) return bad_argument("expected one character to fill with");
  const std::string& text = call.self.string();
  if (place == Place::kMiddle) return centered(call.heap, text, width, fill);
  const auto length = static_cast<std::int64_t>(count_code_points(text));
  width = std::min(width, std::int64_t{kMaxTextBytes} + 1);
  if (width <= length) return call.self;
  const auto missing = static_cast<std::size_t>(width - length);
  if (!call.budget().allows_text(text.size() + missing * fill.size())) return none();
  std::string padding;
  for (std::size_t i = 0; i < missing; ++i) padding += fill;
  return call.heap.text(place == Place::kLeft ? text + padding : padding + text);
}

Result<Value> format(Call& call) {
  return format_braces(call.interpreter, call.self.string(), call.arguments);
}

constexpr Native kMethods[] = {
    {"upper", "", 0, upper},
    {"lower", "", 0, lower},
    {"casefold", "", 0, lower},
    {"capitalize", "", 0, capitalize},
    {"title", "", 0, title},
    {"strip", "chars", 0, strip_side<Side::kBoth>},
    {"lstrip", "chars", 0, strip_side<Side::kLeft>},
    {"rstrip", "chars", 0, strip_side<Side::kRight>},
    {"replace", "old new count", 2, replace},
    {"split", "sep maxsplit", 0, split<false>},
    {"rsplit", "sep maxsplit", 0, split<true>},
    {"splitlines", "keepends", 0, splitlines},
    {"partition", "sep", 1, partition<false>},
    {"rpartition", "sep", 1, partition<true>},
    {"join", "iterable", 1, join},
    {"removeprefix", "prefix", 1, removeprefix},
    {"removesuffix", "suffix", 1, removesuffix},
    {"ljust", "width fillchar", 1, justify<Place::kLeft>},
    {"rjust", "width fillchar", 1, justify<Place::kRight>},
    {"center", "width fillchar", 1, justify<Place::kMiddle>},
    {"format", "…", 0, format},
};

}  // namespace

std::span<const Native> string_methods() {
  return kMethods;
}

}  // namespace byeol::model::jinja
