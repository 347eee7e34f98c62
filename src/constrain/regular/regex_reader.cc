#include "constrain/regular/regex_reader.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "constrain/regular/regex.h"

namespace byeol::constrain {
namespace {

bool is_digit(char32_t value) {
  return value >= '0' && value <= '9';
}

bool is_letter(char32_t value) {
  return (value | 0x20) >= 'a' && (value | 0x20) <= 'z';
}

int hex_value(char32_t value) {
  if (is_digit(value)) return static_cast<int>(value - '0');
  const char32_t lower = value | 0x20;
  return lower >= 'a' && lower <= 'f' ? static_cast<int>(lower - 'a') + 10 : -1;
}

RegexAtom one(char32_t value) {
  return {CharSet({{value, value}}), value};
}

}  // namespace

const CharSet& regex_digits() {
  static const CharSet set({{'0', '9'}});
  return set;
}

const CharSet& regex_word() {
  static const CharSet set({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
  return set;
}

const CharSet& regex_space() {
  static const CharSet set({{'\t', '\r'},
                            {' ', ' '},
                            {0xa0, 0xa0},
                            {0x1680, 0x1680},
                            {0x2000, 0x200a},
                            {0x2028, 0x2029},
                            {0x202f, 0x202f},
                            {0x205f, 0x205f},
                            {0x3000, 0x3000},
                            {0xfeff, 0xfeff}});
  return set;
}

Result<RegexReader> RegexReader::make(std::string_view expression) {
  std::u32string text;
  text.reserve(expression.size());
  while (!expression.empty()) {
    const utf8::Decoded decoded = utf8::decode(expression);
    if (!decoded.valid)
      return Error{ErrorCode::kInvalidArgument, "a regular expression that is not UTF-8"};
    text.push_back(decoded.code_point);
    expression.remove_prefix(decoded.bytes);
  }
  return RegexReader(std::move(text));
}

bool RegexReader::take_if(std::u32string_view expected) {
  if (text_.compare(at_, expected.size(), expected) != 0) return false;
  at_ += expected.size();
  return true;
}

std::optional<std::int64_t> RegexReader::number() {
  if (!is_digit(peek())) return std::nullopt;
  std::int64_t value = 0;
  while (is_digit(peek()))
    value = std::min<std::int64_t>(1'000'000'000, 10 * value + static_cast<int>(take() - '0'));
  return value;
}

Error RegexReader::error(std::string_view what, ErrorCode code) const {
  return {code,
          "regular expression, at character " + std::to_string(at_ + 1) + ": " + std::string(what)};
}

Result<char32_t> RegexReader::hex(int digits) {
  char32_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = hex_value(peek());
    if (digit < 0) return error("expected " + std::to_string(digits) + " hexadecimal digits");
    value = 16 * value + static_cast<char32_t>(digit);
    take();
  }
  return value;
}

// What follows \u.
Result<char32_t> RegexReader::unicode() {
  char32_t value = 0;
  if (take_if(U"{")) {
    if (hex_value(peek()) < 0) return error("expected hexadecimal digits");
    while (hex_value(peek()) >= 0) {
      value = 16 * value + static_cast<char32_t>(hex_value(take()));
      if (value > kLastChar) return error("\\u{…} beyond 10FFFF");
    }
    if (!take_if(U"}")) return error("expected }");
  } else {
    BYEOL_TRY(value, hex(4));
    const bool high = value >= 0xd800 && value <= 0xdbff;
    if (high && peek() == '\\' && peek(1) == 'u' && peek(2) != '{') {
      at_ += 2;
      BYEOL_TRY(const char32_t low, hex(4));
      if (low < 0xdc00 || low > 0xdfff) return unsupported("half of a surrogate pair");
      return 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
    }
  }
  if (is_surrogate(value)) return unsupported("half of a surrogate pair");
  return value;
}

Result<RegexAtom> RegexReader::escape(bool in_class) {
  if (at_end()) return error("nothing after \\");
  const char32_t c = take();
  switch (c) {
    case 'd':
      return RegexAtom{regex_digits(), {}};
    case 'D':
      return RegexAtom{regex_digits().complement(), {}};
    case 'w':
      return RegexAtom{regex_word(), {}};
    case 'W':
      return RegexAtom{regex_word().complement(), {}};
    case 's':
      return RegexAtom{regex_space(), {}};
    case 'S':
      return RegexAtom{regex_space().complement(), {}};
    case 't':
      return one('\t');
    case 'n':
      return one('\n');
    case 'v':
      return one('\v');
    case 'f':
      return one('\f');
    case 'r':
      return one('\r');
    case '0':
      if (is_digit(peek())) return unsupported("octal escapes");
      return one(0);
    case 'x': {
      BYEOL_TRY(const char32_t value, hex(2));
      return one(value);
    }
    case 'u': {
      BYEOL_TRY(const char32_t value, unicode());
      return one(value);
    }
    case 'c':
      if (!is_letter(peek())) return error("expected a letter after \\c");
      return one(take() & 31);
    case 'p':
    case 'P':
      return unsupported("Unicode properties (\\p{…})");
    case 'b':
      if (in_class) return one('\b');
      break;
    case 'k':
      return unsupported("back references");
    default:
      break;
  }
  if (is_digit(c)) return in_class ? error("digits after \\") : unsupported("back references");
  if (is_letter(c))
    return error("no escape of ECMA 262: \\" + std::string(1, static_cast<char>(c)));
  return one(c);
}

Result<CharSet> RegexReader::char_class() {
  const bool negated = take_if(U"^");
  std::vector<CharRange> ranges;
  const auto read = [&]() -> Result<RegexAtom> {
    if (at_end()) return error("a [ without ]");
    const char32_t c = take();
    if (c == '\\') return escape(true);
    return one(c);
  };
  while (!take_if(U"]")) {
    BYEOL_TRY(const RegexAtom first, read());
    const bool range = peek() == '-' && peek(1) != ']' && first.single.has_value();
    if (range) {
      const std::size_t hyphen = at_++;
      BYEOL_TRY(const RegexAtom last, read());
      if (last.single) {
        if (*last.single < *first.single) return error("a range that is out of order");
        ranges.push_back({*first.single, *last.single});
        continue;
      }
      at_ = hyphen;  // [a-\d]: the hyphen is itself, as is what follows it.
      ranges.push_back({'-', '-'});
      take();
    }
    const std::vector<CharRange>& all = first.set.ranges();
    ranges.insert(ranges.end(), all.begin(), all.end());
  }
  const CharSet set(std::move(ranges));
  return negated ? set.complement() : set;
}

}  // namespace byeol::constrain
