#include "constrain/notation/lark_pattern.h"

#include <algorithm>

#include "constrain/notation/definitions.h"

namespace byeol::constrain {
namespace {

char other_case(char letter) {
  return static_cast<char>(letter ^ 0x20);
}

class Translator {
 public:
  Translator(TextReader reader, bool any_case, bool dot_takes_all, Place place)
      : reader_(reader),
        any_case_(any_case),
        dot_(dot_takes_all ? "[^]" : "[^\\n]"),
        place_(place) {}

  Result<std::string> translate() {
    while (!reader_.at_end()) {
      if (reader_.peek() == '[') {
        BYEOL_TRY_OK(char_class());
      } else if (reader_.peek() == '\\') {
        escape();
      } else if (reader_.sees("(?")) {
        group();
      } else if (reader_.take_if(".")) {
        result_ += dot_;
      } else {
        BYEOL_TRY(const std::string_view one, character());
        if (any_case_ && is_letter(one[0]))
          result_ += {'[', one[0], other_case(one[0]), ']'};
        else
          result_ += one;
      }
    }
    return std::move(result_);
  }

 private:
  Error refuse(std::string_view what) const {
    return error_at(place_, std::string(what) + " are not supported", ErrorCode::kUnsupported);
  }

  Result<std::string_view> character() {
    const std::string_view one = reader_.take_bytes();
    if (any_case_ && one.size() > 1) return refuse("letters beyond ASCII with the flag i");
    return one;
  }

  void escape() {
    result_ += reader_.take_bytes();
    if (reader_.at_end()) return;
    const char kind = reader_.peek();
    result_ += reader_.take_bytes();
    int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 0;
    if (kind == 'u' && reader_.peek() == '{') digits = 8;  // With its braces.
    for (; digits > 0 && !reader_.at_end(); --digits) {
      const bool last = reader_.peek() == '}';
      result_ += reader_.take_bytes();
      if (last) break;
    }
  }

  // Its name, if any, is not to be touched.
  void group() {
    for (int i = 0; i < 2; ++i) result_ += reader_.take_bytes();
    if (reader_.peek() != 'P' && reader_.peek() != '<') return;
    while (!reader_.at_end()) {
      const std::string_view one = reader_.take_bytes();
      result_ += one;
      if (one == ">" || one == "=" || one == "!") return;
    }
  }

  Status char_class() {
    result_ += reader_.take_bytes();
    if (reader_.take_if("^")) result_ += "^";
    if (reader_.take_if("]")) result_ += "\\]";
    bool after_escape = false;
    while (!reader_.at_end() && !reader_.take_if("]")) {
      if (reader_.sees("[:") || reader_.sees("&&") || reader_.sees("--") || reader_.sees("~~"))
        return refuse("classes in classes and operations on classes");
      if (reader_.peek() == '\\') {
        escape();
        after_escape = true;
        continue;
      }
      const bool hyphen = reader_.peek() == '-' && reader_.peek(1) != ']';
      if (any_case_ && after_escape && hyphen) return refuse("ranges of escapes with the flag i");
      after_escape = false;
      BYEOL_TRY(const std::string_view first, character());
      result_ += first;
      if (!any_case_) continue;
      char last = first[0];
      if (reader_.peek() == '-' && reader_.peek(1) != ']' && reader_.peek(1) != '\0') {
        reader_.take();
        if (reader_.peek() == '\\') return refuse("ranges of escapes with the flag i");
        BYEOL_TRY(const std::string_view end, character());
        last = end[0];
        result_ += "-";
        result_ += end;
      }
      add_other_case(first[0], last);
    }
    result_ += "]";
    return ok();
  }

  void add_other_case(char first, char last) {
    for (const char* letters : {"az", "AZ"}) {
      const char begin = std::max(first, letters[0]), end = std::min(last, letters[1]);
      if (begin <= end) result_ += {other_case(begin), '-', other_case(end)};
    }
  }

  TextReader reader_;
  bool any_case_;
  std::string dot_;
  Place place_;
  std::string result_;
};

}  // namespace

Result<std::string> pattern_of_lark(std::string_view expression, std::string_view flags,
                                    Place place) {
  for (const char flag : flags)
    if (flag != 'i' && flag != 's' && flag != 'u')
      return error_at(place, std::string("the flag ") + flag + " is not supported",
                      ErrorCode::kUnsupported);
  BYEOL_TRY(const TextReader reader, TextReader::make(expression));
  return Translator(reader, flags.find('i') != std::string_view::npos,
                    flags.find('s') != std::string_view::npos, place)
      .translate();
}

Result<std::string> pattern_of_any_case(std::string_view utf8, Place place) {
  std::string result;
  for (const char c : utf8) {
    if (static_cast<unsigned char>(c) >= 0x80)
      return error_at(place, "letters beyond ASCII with the flag i are not supported",
                      ErrorCode::kUnsupported);
    if (is_letter(c))
      result += {'[', c, other_case(c), ']'};
    else
      result += pattern_of(static_cast<char32_t>(c));
  }
  return result;
}

}  // namespace byeol::constrain
