// A grammar's text, character by character, with the place where it is: for errors.
//
// Errors: kInvalidArgument, "line 2, column 7: …"; columns count characters from 1.
// Threads: an object belongs to one. Lifetime: a view of the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::constrain {

struct Place {
  std::int32_t line = 1, column = 1;
};

// "line 2, column 7: `what`".
Error error_at(Place place, std::string_view what, ErrorCode code = ErrorCode::kInvalidArgument);

class TextReader {
 public:
  // kInvalidArgument where the text is not UTF-8.
  static Result<TextReader> make(std::string_view text);

  bool at_end() const { return at_ == text_.size(); }
  // The byte that is so far ahead; 0 behind the end. All that a notation's own signs are is ASCII.
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool sees(std::string_view expected) const { return text_.substr(at_).starts_with(expected); }
  bool take_if(std::string_view expected);
  // Not at the end.
  char32_t take();
  // The character as it stands in the text.
  std::string_view take_bytes();
  // A run of letters, digits and what else is in `more`.
  std::string_view take_word(std::string_view more);

  Place place() const { return place_; }
  Error error(std::string_view what) const { return error_at(place_, what); }
  Error unsupported(std::string_view what) const {
    return error_at(place_, std::string(what) + " are not supported", ErrorCode::kUnsupported);
  }

  // A number in decimals; what is above a thousand million is that.
  Result<std::int64_t> number();
  // The character of \xHH, \uHHHH or \UHHHHHHHH: `digits` of them follow.
  Result<char32_t> hex(int digits);

 private:
  explicit TextReader(std::string_view text) : text_(text) {}

  std::string_view text_;
  std::size_t at_ = 0;
  Place place_;
};

bool is_digit(char byte);
bool is_letter(char byte);

}  // namespace byeol::constrain
