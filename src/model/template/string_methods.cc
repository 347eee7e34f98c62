// Methods of strings that change or take apart; those that look for something are in
// string_searches.cc.
#include <algorithm>

#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/edit.h"
#include "model/template/format.h"
#include "model/template/search.h"
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
  if (!call.budget().spend((text.size() / 32 + 1) * wanted.size())) return none();
  return call.heap.text(std::string(strip(text, side, wanted)));
}

Result<Value> replace(Call& call) {
  BYEOL_TRY(const std::string_view old_text, call.text(0, ""));
  BYEOL_TRY(const std::string_view new_text, call.text(1, ""));
  BYEOL_TRY(const std::int64_t count, call.whole_number(2, -1));
  return replaced(call.heap, call.self.string(), old_text, new_text, count);
}

// The pieces that a split cuts off one after the other, from the left or from the right. At most
// `limit` are cut off; what is left is the last one.
class Pieces {
 public:
  Pieces(Heap& heap, std::size_t limit, bool from_right)
      : heap_(heap), limit_(limit), from_right_(from_right) {}

  bool may_cut() const { return items_.size() < limit_ && !heap_.budget().exhausted(); }
  void add(std::string_view piece) {
    if (heap_.budget().spend(1)) items_.push_back(heap_.text(std::string(piece)));
  }
  Value take() {
    if (from_right_) std::reverse(items_.begin(), items_.end());
    return heap_.sequence(std::move(items_));
  }

 private:
  Heap& heap_;
  std::size_t limit_;
  bool from_right_;
  std::vector<Value> items_;
};

// Where the word at the near end of a text stops: the text does not begin (end) with white space.
std::size_t word_size(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint point = code_point_at(text, at);
    if (is_space(point.value)) break;
    at += point.bytes;
  }
  return at;
}
std::size_t last_word_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const CodePoint point = last_code_point(text.substr(0, text.size() - size));
    if (is_space(point.value)) break;
    size += point.bytes;
  }
  return size;
}

// At runs of white space. Those at the far end stay if the limit leaves the last piece uncut.
Value split_at_spaces(Heap& heap, std::string_view text, std::size_t limit, bool from_right) {
  Pieces pieces(heap, limit, from_right);
  const Side near = from_right ? Side::kRight : Side::kLeft;
  for (text = strip(text, near); !text.empty() && pieces.may_cut(); text = strip(text, near)) {
    if (from_right) {
      const std::size_t rest = text.size() - last_word_size(text);
      pieces.add(text.substr(rest));
      text = text.substr(0, rest);
    } else {
      const std::size_t word = word_size(text);
      pieces.add(text.substr(0, word));
      text = text.substr(word);
    }
  }
  if (!text.empty()) pieces.add(text);
  return pieces.take();
}

Value split_at(Heap& heap, std::string_view text, std::string_view separator, std::size_t limit,
               bool from_right) {
  Pieces pieces(heap, limit, from_right);
  while (pieces.may_cut()) {
    const std::size_t at = from_right ? find_last_text(heap.budget(), text, separator)
                                      : find_text(heap.budget(), text, separator);
    if (at == std::string_view::npos) break;
    const std::string_view behind = text.substr(at + separator.size());
    pieces.add(from_right ? behind : text.substr(0, at));
    text = from_right ? text.substr(0, at) : behind;
  }
  pieces.add(text);
  return pieces.take();
}

template <bool from_right>
Result<Value> split(Call& call) {
  BYEOL_TRY(const std::int64_t wanted, call.whole_number(1, -1));
  const std::size_t limit = wanted < 0 ? std::string::npos : static_cast<std::size_t>(wanted);
  const std::string& text = call.self.string();
  if (!call.argument(0) || call.argument(0)->is(Kind::kNone))
    return split_at_spaces(call.heap, text, limit, from_right);
  BYEOL_TRY(const std::string_view separator, call.text(0, ""));
  if (separator.empty()) return bad_argument("'split' expected a separator that is not empty");
  return split_at(call.heap, text, separator, limit, from_right);
}

Result<Value> splitlines(Call& call) {
  Pieces pieces(call.heap, std::string::npos, false);
  const bool keeps_ends = call.flag(0, false);
  for (std::string_view rest = call.self.string(); !rest.empty() && pieces.may_cut();)
    pieces.add(take_line(rest, keeps_ends));
  return pieces.take();
}

template <bool from_right>
Result<Value> partition(Call& call) {
  BYEOL_TRY(const std::string_view separator, call.text(0, ""));
  if (separator.empty()) return bad_argument("'partition' expected a separator that is not empty");
  const std::string_view text = call.self.string();
  const std::size_t at = from_right ? find_last_text(call.budget(), text, separator)
                                    : find_text(call.budget(), text, separator);
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
