// Python's view of strings over UTF-8 bytes: positions count code points, cases and white space are
// Unicode's. A byte that is not UTF-8 counts as one code point, belongs to no class and is kept.
// Upper and lower case map one code point to one (utf8proc), but for ß, whose upper case is SS.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace byeol::model::jinja {

struct CodePoint {
  char32_t value;     // 0xDC00 + byte for a byte that is not UTF-8.
  std::size_t bytes;  // At least 1.
};

CodePoint code_point_at(std::string_view text, std::size_t byte);  // byte < text.size().
CodePoint last_code_point(std::string_view text);                  // text is not empty.
std::size_t count_code_points(std::string_view text);
std::size_t byte_of_code_point(std::string_view text, std::size_t index);  // At most text.size().

bool is_space(char32_t value);
bool is_printable(char32_t value);
bool is_alphabetic(char32_t value);
bool is_decimal(char32_t value);
// str.isupper(), str.islower(): a cased letter, and none of the other case.
bool has_case(std::string_view text, bool upper);
// Not empty, and each code point holds.
bool all_code_points(std::string_view text, bool (*holds)(char32_t));

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string capitalized(std::string_view text);  // First letter up, the others down.
std::string titled(std::string_view text);       // str.title(): a word begins after any non-letter.
std::string title_words(std::string_view text);  // |title: a word begins after space - ( { [ <

std::string reversed(std::string_view text);

enum class Side { kLeft, kRight, kBoth };
// Of white space, or of any of the given code points.
std::string_view strip(std::string_view text, Side side);
std::string_view strip(std::string_view text, Side side, std::string_view code_points);

// Cuts the first line off a text that is not empty, as str.splitlines() does: it ends at \n, \r\n,
// \r or one of Unicode's other line ends.
std::string_view take_line(std::string_view& rest, bool keep_end);

}  // namespace byeol::model::jinja
