#include "wire/custom_input.h"

#include <charconv>
#include <utility>

#include "base/utf8.h"
#include "wire/json_fields.h"
#include "wire/json_text.h"
#include "wire/piece_writer.h"

namespace byeol::wire {
namespace {

// White space may stand before a mark of it, but not before a letter of the name.
constexpr std::string_view kHead = R"({"input":")";
constexpr std::size_t kNameBegin = 2, kNameEnd = 7;  // With the quote behind it.

constexpr std::size_t kLongEscape = 6;  // \uXXXX

bool has(std::string_view letters, char letter) {
  return letters.find(letter) != std::string_view::npos;
}

// The character of a short escape; 0: there is none of this letter.
char unescaped(char letter) {
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  const std::size_t at = kLetters.find(letter);
  return at == std::string_view::npos ? '\0' : kMeant[at];
}

}  // namespace

std::string custom_arguments(std::string_view input) {
  std::string text = "{\"input\": ";
  append_json_string(text, input);
  return text.append("}");
}

void CustomInputReader::read(std::string_view arguments, std::string& text) {
  for (const char letter : arguments) {
    switch (state_) {
      case State::kHead:
        take_head(letter);
        break;
      case State::kText:
        take_text(letter, text);
        break;
      case State::kRest:
        return;
      case State::kOther:
        held_.push_back(letter);
        break;
    }
  }
}

void CustomInputReader::take_head(char letter) {
  held_.push_back(letter);
  const bool in_name = head_at_ >= kNameBegin && head_at_ <= kNameEnd;
  if (letter == kHead[head_at_])
    ++head_at_;
  else if (in_name || !has(kWhiteSpace, letter))
    state_ = State::kOther;
  if (head_at_ < kHead.size()) return;
  state_ = State::kText;
  held_.clear();
}

void CustomInputReader::take_text(char letter, std::string& text) {
  if (!escape_.empty()) return take_escape(letter, text);
  if (letter == '\\') {
    escape_ = letter;
    return;
  }
  give_half(text);
  if (letter == '"')
    state_ = State::kRest;
  else
    text.push_back(letter);
}

void CustomInputReader::take_escape(char letter, std::string& text) {
  escape_.push_back(letter);
  if (escape_.size() == 2) {
    if (letter == 'u') return;
    give_half(text);
    const char meant = unescaped(letter);
    text.append(meant == '\0' ? escape_ : std::string(1, meant));
    return escape_.clear();
  }
  if (!has("0123456789abcdefABCDEF", letter)) {  // No escape, but maybe the text's end.
    give_half(text);
    escape_.pop_back();
    text.append(std::exchange(escape_, {}));
    return take_text(letter, text);
  }
  if (escape_.size() < kLongEscape) return;
  unsigned code = 0;
  std::from_chars(escape_.data() + 2, escape_.data() + kLongEscape, code, 16);
  escape_.clear();
  give_character(static_cast<char32_t>(code), text);
}

void CustomInputReader::give_character(char32_t code, std::string& text) {
  const bool low = code >= 0xdc00 && code < 0xe000;
  if (low && high_ != 0)
    return utf8::append(text, 0x10000 + ((std::exchange(high_, 0) - 0xd800) << 10) + code - 0xdc00);
  give_half(text);
  if (code >= 0xd800 && code < 0xdc00)
    high_ = code;
  else
    utf8::append(text, low ? utf8::kReplacement : code);
}

void CustomInputReader::give_half(std::string& text) {
  if (std::exchange(high_, 0) != 0) utf8::append(text, utf8::kReplacement);
}

bool CustomInputReader::finish(std::string& text) {
  give_half(text);
  if (state_ != State::kOther) return state_ == State::kRest;
  const ApiResult<Json> arguments = parse_json(held_);
  if (arguments && arguments->is_object()) {
    const auto input = arguments->find("input");
    if (input != arguments->end() && input->is_string()) {
      text.append(input->get_ref<const std::string&>());
      return true;
    }
  }
  text.append(held_);
  return static_cast<bool>(arguments);
}

}  // namespace byeol::wire
