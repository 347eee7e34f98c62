#include "cli/editor/key_reader.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"

namespace byeol::cli {
namespace {

using Name = Key::Name;

constexpr char kEscape = '\x1b';
constexpr std::string_view kPasteBegin = "\x1b[200~";
constexpr std::string_view kPasteEnd = "\x1b[201~";

struct Binding {
  std::string_view bytes;
  Name name;
};

constexpr Binding kSequences[] = {
    {"\x1b[A", Name::kUp},
    {"\x1bOA", Name::kUp},
    {"\x1b[B", Name::kDown},
    {"\x1bOB", Name::kDown},
    {"\x1b[C", Name::kRight},
    {"\x1bOC", Name::kRight},
    {"\x1b[D", Name::kLeft},
    {"\x1bOD", Name::kLeft},
    {"\x1b[H", Name::kHome},
    {"\x1bOH", Name::kHome},
    {"\x1b[1~", Name::kHome},
    {"\x1b[7~", Name::kHome},
    {"\x1b[F", Name::kEnd},
    {"\x1bOF", Name::kEnd},
    {"\x1b[4~", Name::kEnd},
    {"\x1b[8~", Name::kEnd},
    {"\x1b[3~", Name::kDelete},
    {"\x1b[1;5D", Name::kWordLeft},
    {"\x1b[1;3D", Name::kWordLeft},
    {"\x1b[1;5C", Name::kWordRight},
    {"\x1b[1;3C", Name::kWordRight},
    {"\x1b"
     "b",
     Name::kWordLeft},
    {"\x1b"
     "f",
     Name::kWordRight},
    {"\x1b\r", Name::kNewLine},
    {"\x1b\n", Name::kNewLine},
    {"\x1b\x7f", Name::kKillWord},
};

Name control_key(char byte) {
  switch (byte) {
    case '\r':
    case '\n':
      return Name::kEnter;
    case '\x7f':
    case '\b':
      return Name::kBackspace;
    case 'A' - '@':
      return Name::kHome;
    case 'B' - '@':
      return Name::kLeft;
    case 'D' - '@':
      return Name::kEndOfInput;
    case 'E' - '@':
      return Name::kEnd;
    case 'F' - '@':
      return Name::kRight;
    case 'K' - '@':
      return Name::kKillEnd;
    case 'L' - '@':
      return Name::kClearScreen;
    case 'N' - '@':
      return Name::kDown;
    case 'P' - '@':
      return Name::kUp;
    case 'U' - '@':
      return Name::kKillBegin;
    case 'W' - '@':
      return Name::kKillWord;
    case 'Y' - '@':
      return Name::kYank;
    case 'Z' - '@':
      return Name::kSuspend;
    default:
      return Name::kNothing;
  }
}

// Line breaks stay, as \n; other control characters, but for tabs, have no business in a message.
std::string pasted_text(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const utf8::Decoded next = utf8::decode(bytes);
    const bool control = next.code_point < 0x20 || next.code_point == 0x7f;
    if (next.code_point == '\r') {
      text += '\n';
      if (bytes.size() > 1 && bytes[1] == '\n') bytes.remove_prefix(1);
    } else if (!control || next.code_point == '\n' || next.code_point == '\t') {
      utf8::append(text, next.code_point);
    }
    bytes.remove_prefix(next.bytes);
  }
  return text;
}

// Of "ESC [ parameters letter" (ECMA-48); 0: its end has not come.
std::size_t control_sequence_bytes(std::string_view bytes) {
  const auto end = std::find_if(bytes.begin() + 2, bytes.end(),
                                [](char byte) { return byte >= '@' && byte <= '~'; });
  return end == bytes.end() ? 0 : static_cast<std::size_t>(end - bytes.begin()) + 1;
}

}  // namespace

std::optional<Key> KeyReader::next() {
  if (bytes_.empty()) return std::nullopt;
  const char first = bytes_.front();
  if (first == kEscape) return escape();
  if (static_cast<unsigned char>(first) < 0x20 || first == '\x7f')
    return take(1, control_key(first));
  const utf8::Decoded character = utf8::decode(bytes_);
  if (!character.valid) {
    if (utf8::incomplete_tail(bytes_) == bytes_.size()) return std::nullopt;
    return take(character.bytes, Name::kNothing);
  }
  Key key{Name::kText, bytes_.substr(0, character.bytes)};
  bytes_.erase(0, character.bytes);
  return key;
}

std::optional<Key> KeyReader::escape() {
  if (bytes_.starts_with(kPasteBegin)) return paste();
  if (bytes_.size() < 2) return std::nullopt;
  std::size_t bytes = 2;
  if (bytes_[1] == '[') {
    bytes = control_sequence_bytes(bytes_);
    if (bytes == 0) return std::nullopt;
  } else if (bytes_[1] == 'O') {
    bytes = 3;
    if (bytes_.size() < 3) return std::nullopt;
  }
  const auto* binding =
      std::ranges::find(kSequences, std::string_view(bytes_).substr(0, bytes), &Binding::bytes);
  return take(bytes, binding == std::end(kSequences) ? Name::kNothing : binding->name);
}

std::optional<Key> KeyReader::paste() {
  const std::size_t end = bytes_.find(kPasteEnd);
  if (end == std::string::npos) return std::nullopt;
  Key key{Name::kText,
          pasted_text(std::string_view(bytes_).substr(0, end).substr(kPasteBegin.size()))};
  bytes_.erase(0, end + kPasteEnd.size());
  return key;
}

std::optional<Key> KeyReader::take(std::size_t bytes, Key::Name name) {
  bytes_.erase(0, bytes);
  return Key{name, {}};
}

void KeyReader::give_up() {
  if (!bytes_.starts_with(kPasteBegin)) bytes_.clear();
}

}  // namespace byeol::cli
