// The bytes that a terminal sends → keys. Pure: bytes in, keys out, however they were cut.
//
// Understood are UTF-8, the control characters of Emacs and readline, xterm's escape sequences, and
// bracketed paste (ESC [200~ text ESC [201~), which makes pasted lines one text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace byeol::cli {

struct Key {
  enum class Name {
    kText,  // One character or a whole paste: `text`.
    kEnter,
    kNewLine,  // Alt-Enter: a line break in the text.
    kEndOfInput,
    kBackspace,
    kDelete,
    kLeft,
    kRight,
    kUp,
    kDown,
    kHome,
    kEnd,
    kWordLeft,
    kWordRight,
    kKillWord,
    kKillBegin,
    kKillEnd,
    kYank,
    kClearScreen,
    kSuspend,
    kNothing,  // Understood, but without a meaning here.
  };
  Name name;
  std::string text;
};

class KeyReader {
 public:
  void feed(std::string_view bytes) { bytes_ += bytes; }
  // The next key; nothing: more bytes are needed.
  std::optional<Key> next();

  bool empty() const { return bytes_.empty(); }
  // Forgets the beginning of a sequence (Escape alone) whose rest did not come. A paste is waited
  // for.
  void give_up();
  void clear() { bytes_.clear(); }

 private:
  std::optional<Key> escape();
  std::optional<Key> paste();
  std::optional<Key> take(std::size_t bytes, Key::Name name);

  std::string bytes_;
};

}  // namespace byeol::cli
