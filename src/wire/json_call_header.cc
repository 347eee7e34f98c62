#include "wire/json_call_header.h"

#include <optional>

#include "wire/json_fields.h"
#include "wire/piece_writer.h"

namespace byeol::wire {
namespace {

// No name and no key of a call is longer; also bounds the work of looking again.
constexpr std::size_t kHeaderBytesMax = 1024;

// Reads tokens; after the first that is missing or wrong, all others fail the same way.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  HeaderVerdict failure() const { return failure_; }
  std::size_t at() const { return at_; }

  // The next letter that is no white space, left in place; 0: there is none.
  char peek() {
    at_ = std::min(text_.find_first_not_of(kWhiteSpace, at_), text_.size());
    if (at_ < text_.size()) return text_[at_];
    fail(HeaderVerdict::kMore);
    return '\0';
  }
  bool letter(char expected) {
    const char found = peek();
    if (found != expected) return fail(HeaderVerdict::kBroken);
    ++at_;
    return true;
  }
  std::optional<std::string> string() {
    if (!letter('"')) return std::nullopt;
    const std::size_t begin = at_ - 1;
    for (bool escaped = false; at_ < text_.size(); ++at_) {
      if (!escaped && text_[at_] == '"') {
        ++at_;
        const Json value = Json::parse(text_.substr(begin, at_ - begin), nullptr, false);
        if (value.is_string()) return value.get<std::string>();
        fail(HeaderVerdict::kBroken);
        return std::nullopt;
      }
      escaped = !escaped && text_[at_] == '\\';
    }
    fail(HeaderVerdict::kMore);
    return std::nullopt;
  }

 private:
  bool fail(HeaderVerdict verdict) {
    if (failure_ == HeaderVerdict::kCall) failure_ = verdict;
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  HeaderVerdict failure_ = HeaderVerdict::kCall;  // kCall: none.
};

CallHeader read_header(std::string_view text) {
  const CallHeader other{HeaderVerdict::kOther};
  Cursor cursor(text);
  const auto failed = [&] { return CallHeader{cursor.failure()}; };
  if (!cursor.letter('{')) return failed();
  if (cursor.peek() == '}') return other;
  std::optional<std::string> key = cursor.string();
  if (!key || !cursor.letter(':')) return failed();
  if (*key != "name") return other;
  if (cursor.peek() != '"') return cursor.failure() == HeaderVerdict::kCall ? other : failed();
  std::optional<std::string> name = cursor.string();
  if (!name) return failed();
  if (cursor.peek() == '}') return other;
  if (!cursor.letter(',')) return failed();
  key = cursor.string();
  if (!key || !cursor.letter(':')) return failed();
  const char value = cursor.peek();
  if (value == '\0') return failed();
  if ((*key != "arguments" && *key != "parameters") || value != '{') return other;
  return {HeaderVerdict::kCall, *std::move(name), cursor.at()};
}

}  // namespace

CallHeader parse_call_header(std::string_view text) {
  CallHeader header = read_header(text.substr(0, kHeaderBytesMax));
  if (header.verdict == HeaderVerdict::kMore && text.size() >= kHeaderBytesMax)
    header.verdict = HeaderVerdict::kOther;
  return header;
}

}  // namespace byeol::wire
