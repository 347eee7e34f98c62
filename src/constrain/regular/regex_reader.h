// The characters of a regular expression one by one, its escapes and its character classes: what
// regex.cc reads its trees from.
//
// Threads: an object belongs to one. Errors: as regex.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "constrain/regular/char_set.h"

namespace byeol::constrain {

// One character, or one of \d \w \s and the like.
struct RegexAtom {
  CharSet set;
  std::optional<char32_t> single;
};

class RegexReader {
 public:
  // Decodes all of it. kInvalidArgument: it is not UTF-8.
  static Result<RegexReader> make(std::string_view expression);

  bool at_end() const { return at_ == text_.size(); }
  // 0 behind the end.
  char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0;
  }
  char32_t take() { return text_[at_++]; }
  bool take_if(std::u32string_view expected);
  std::size_t place() const { return at_; }
  void go_back(std::size_t place) { at_ = place; }
  std::optional<std::int64_t> number();  // Digits, if there are any; a billion at the most.

  // What follows a `\`. `in_class`: \b is a backspace, \B is nothing.
  Result<RegexAtom> escape(bool in_class);
  // What follows a `[`, with its `]`.
  Result<CharSet> char_class();

  // "at character 3: …"
  Error error(std::string_view what, ErrorCode code = ErrorCode::kInvalidArgument) const;
  Error unsupported(std::string_view what) const {
    return error(std::string(what) + " cannot be kept", ErrorCode::kUnsupported);
  }

 private:
  explicit RegexReader(std::u32string text) : text_(std::move(text)) {}
  Result<char32_t> hex(int digits);
  Result<char32_t> unicode();

  std::u32string text_;
  std::size_t at_ = 0;
};

}  // namespace byeol::constrain
