#include "model/template/lexer.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "model/template/literal.h"
#include "model/template/quote.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

std::string with_plain_newlines(std::string_view source) {
  std::string text;
  text.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      text += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      text += source[i];
    }
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

// From an offset that only grows to its line and column.
class Locator {
 public:
  explicit Locator(std::string_view source) : source_(source) {}

  Position at(std::size_t offset) {
    while (offset_ < offset) {
      const CodePoint point = code_point_at(source_, offset_);
      if (point.value == '\n') {
        ++position_.line;
        position_.column = 1;
      } else {
        ++position_.column;
      }
      offset_ += point.bytes;
    }
    return position_;
  }

 private:
  std::string_view source_;
  std::size_t offset_ = 0;
  Position position_;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source), locator_(source) {}

  Result<std::vector<Token>> run() {
    while (at_ < source_.size()) {
      const std::size_t tag = find_tag(at_);
      if (tag == std::string_view::npos) {
        add_text(source_.substr(at_), at_);
        at_ = source_.size();
        break;
      }
      BYEOL_TRY_OK(read_tag(tag));
    }
    add(TokenKind::kEnd, source_.size());
    return std::move(tokens_);
  }

 private:
  std::size_t find_tag(std::size_t from) const {
    for (std::size_t at = source_.find('{', from); at != std::string_view::npos;
         at = source_.find('{', at + 1))
      if (at + 1 < source_.size() &&
          std::string_view("{%#").find(source_[at + 1]) != std::string_view::npos)
        return at;
    return std::string_view::npos;
  }

  // Text up to `tag`, then the tag itself and all that it holds.
  Status read_tag(std::size_t tag) {
    const char opener = source_[tag + 1];
    const std::string_view before = source_.substr(at_, tag - at_);
    const std::size_t text_at = at_;
    at_ = tag + 2;
    const char sign = take_sign();
    add_text(trimmed_before(before, sign, opener != '{'), text_at);
    if (opener == '#') return skip_comment(tag);
    if (opener == '%' && is_raw_block()) return read_raw(tag);
    add(opener == '{' ? TokenKind::kPrintBegin : TokenKind::kBlockBegin, tag);
    return read_expression(opener == '{');
  }

  char take_sign() {
    if (at_ < source_.size() && (source_[at_] == '-' || source_[at_] == '+')) return source_[at_++];
    return 0;
  }

  // line_starting_ says that the text begins at the start of a line: lstrip_blocks looks at that.
  std::string_view trimmed_before(std::string_view text, char sign, bool may_strip_blanks) const {
    if (sign == '-') return strip(text, Side::kRight);
    if (sign == '+' || !may_strip_blanks) return text;
    const std::size_t newline = text.rfind('\n');
    const std::size_t line = newline == std::string_view::npos ? 0 : newline + 1;
    if (line == 0 && !line_starting_) return text;
    return strip(text.substr(line), Side::kLeft).empty() ? text.substr(0, line) : text;
  }

  void add(TokenKind kind, std::size_t offset, std::string text = {}) {
    tokens_.push_back({kind, locator_.at(offset), std::move(text)});
  }

  void add_text(std::string_view text, std::size_t offset) {
    if (!text.empty()) add(TokenKind::kText, offset, std::string(text));
  }

  void skip_spaces() {
    while (at_ < source_.size()) {
      const CodePoint point = code_point_at(source_, at_);
      if (!is_space(point.value)) return;
      at_ += point.bytes;
    }
  }

  bool is_at(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  // The end of a tag at at_: -%} takes white space, %} one newline (not after }}), +%} nothing.
  bool take_end(std::string_view closer) {
    const bool is_print = closer == "}}";
    const char sign = at_ < source_.size() ? source_[at_] : '\0';
    const bool minus = sign == '-';
    const bool plus = sign == '+' && !is_print;
    const std::size_t skip = minus || plus ? 1 : 0;
    if (!source_.substr(at_ + skip).starts_with(closer)) return false;
    at_ += skip + closer.size();
    if (minus) skip_spaces();
    if (!minus && !plus && !is_print && is_at("\n")) ++at_;
    line_starting_ = source_[at_ - 1] == '\n';
    return true;
  }

  Status skip_comment(std::size_t tag) {
    for (at_ = std::min(at_, source_.size()); at_ < source_.size(); ++at_) {
      const char letter = source_[at_];
      if ((letter == '#' || letter == '-' || letter == '+') && take_end("#}")) return ok();
    }
    return error_at(locator_.at(tag), "the comment is never closed; expected '#}'");
  }

  // At the inside of "{% raw %}"?
  bool is_raw_block() {
    const std::size_t start = at_;
    skip_spaces();
    if (is_at("raw")) {
      at_ += 3;
      skip_spaces();
      const bool minus = is_at("-%}");
      if (minus || is_at("%}")) {
        at_ += minus ? 3 : 2;
        if (minus) skip_spaces();
        line_starting_ = source_[at_ - 1] == '\n';
        return true;
      }
    }
    at_ = start;
    return false;
  }

  Status read_raw(std::size_t tag) {
    const std::size_t start = at_;
    for (std::size_t open = source_.find("{%", start); open != std::string_view::npos;
         open = source_.find("{%", open + 1)) {
      at_ = open + 2;
      const char sign = take_sign();
      skip_spaces();
      if (!is_at("endraw")) continue;
      at_ += 6;
      skip_spaces();
      const bool was_line_starting = line_starting_;
      if (!take_end("%}")) continue;
      const bool is_line_starting = std::exchange(line_starting_, was_line_starting);
      add_text(trimmed_before(source_.substr(start, open - start), sign, true), start);
      line_starting_ = is_line_starting;
      return ok();
    }
    return error_at(locator_.at(tag), "the raw block is never closed; expected '{% endraw %}'");
  }

  Status read_expression(bool is_print) {
    const std::string_view closer = is_print ? "}}" : "%}";
    const Position opened = tokens_.back().at;
    std::vector<char> open_brackets;
    for (;;) {
      if (open_brackets.empty() && take_end_token(closer, is_print)) return ok();
      if (at_ < source_.size() && is_space(code_point_at(source_, at_).value)) {
        skip_spaces();
        continue;
      }
      if (at_ >= source_.size())
        return error_at(opened, "the tag is never closed; expected " + quoted(closer));
      BYEOL_TRY_OK(read_token(open_brackets));
    }
  }

  bool take_end_token(std::string_view closer, bool is_print) {
    const std::size_t start = at_;
    if (!take_end(closer)) return false;
    add(is_print ? TokenKind::kPrintEnd : TokenKind::kBlockEnd, start);
    return true;
  }

  Status read_token(std::vector<char>& open_brackets) {
    const std::size_t start = at_;
    const char first = source_[at_];
    if (first == '"' || first == '\'') {
      BYEOL_TRY(std::string text, read_string(source_, at_, locator_.at(start)));
      add(TokenKind::kString, start, std::move(text));
      return ok();
    }
    if (first >= '0' && first <= '9') return read_number_token();
    if (const std::size_t size = name_size(); size > 0) {
      add(TokenKind::kName, start, std::string(source_.substr(at_, size)));
      at_ += size;
      return ok();
    }
    return read_operator(open_brackets);
  }

  Status read_number_token() {
    const std::size_t start = at_;
    // "a.0.1" indexes twice: a number after a dot has no fraction.
    const bool after_dot = start > 0 && source_[start - 1] == '.';
    BYEOL_TRY(const Number number,
              read_number_literal(source_, at_, !after_dot, locator_.at(start)));
    add(number.is_float ? TokenKind::kFloat : TokenKind::kInteger, start,
        std::string(source_.substr(start, at_ - start)));
    tokens_.back().integer = number.integer;
    tokens_.back().number = number.number;
    return ok();
  }

  std::size_t name_size() const {
    std::size_t end = at_;
    while (end < source_.size()) {
      const CodePoint point = code_point_at(source_, end);
      if (point.value != '_' && !is_alphabetic(point.value) && !is_decimal(point.value)) break;
      end += point.bytes;
    }
    return end - at_;
  }

  Status read_operator(std::vector<char>& open_brackets) {
    static constexpr std::array<std::string_view, 26> kOperators = {
        "**", "//", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[",
        "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ",", ";"};
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [&](std::string_view text) { return is_at(text); });
    const Position here = locator_.at(at_);
    if (found == kOperators.end()) {
      const std::size_t bytes = code_point_at(source_, at_).bytes;
      return error_at(here,
                      "unexpected character " + quoted(source_.substr(at_, bytes)) + " in a tag");
    }
    const char letter = found->front();
    if (letter == '(') open_brackets.push_back(')');
    if (letter == '[') open_brackets.push_back(']');
    if (letter == '{') open_brackets.push_back('}');
    if (letter == ')' || letter == ']' || letter == '}') {
      if (open_brackets.empty())
        return error_at(here, std::string("'") + letter + "' closes nothing");
      if (open_brackets.back() != letter)
        return error_at(
            here, std::string("found '") + letter + "', expected '" + open_brackets.back() + "'");
      open_brackets.pop_back();
    }
    add(TokenKind::kOperator, at_, std::string(*found));
    at_ += found->size();
    return ok();
  }

  std::string_view source_;
  Locator locator_;
  std::size_t at_ = 0;
  bool line_starting_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

Error error_at(Position at, std::string_view message, ErrorCode code) {
  constexpr std::size_t kMaxBytes = 2000;
  std::string shown = utf8::repaired(message.substr(0, kMaxBytes));
  if (message.size() > kMaxBytes) shown += "…";
  return {code, "chat template line " + std::to_string(at.line) + ", column " +
                    std::to_string(at.column) + ": " + shown};
}

Result<std::vector<Token>> tokenize(std::string_view source) {
  const std::string text = with_plain_newlines(source);
  return Lexer(text).run();
}

}  // namespace byeol::model::jinja
