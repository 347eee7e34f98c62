#include "cli/editor/line_editor.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <utility>

namespace byeol::cli {
namespace {

using Name = Key::Name;

constexpr int kEscapeWaitMs = 50;  // An Escape alone is a key; its sequence comes at once.
constexpr const char* kPasteOn = "\x1b[?2004h";
constexpr const char* kPasteOff = "\x1b[?2004l";
constexpr const char* kClearBelow = "\x1b[J";
constexpr const char* kClearScreen = "\x1b[H\x1b[2J";

std::string up(std::size_t rows) {
  return rows == 0 ? std::string() : "\x1b[" + std::to_string(rows) + "A";
}

}  // namespace

LineEditor::LineEditor(Interrupts& interrupts, History history, std::FILE* screen)
    : interrupts_(interrupts),
      history_(std::move(history)),
      screen_(screen),
      terminal_(STDIN_FILENO) {}

LineEditor::Input LineEditor::read(const std::string& prompt, std::string& text) {
  prompt_ = prompt;
  buffer_.set({});
  draft_.clear();
  shown_entry_ = history_.size();
  drawn_ = {};
  say(kPasteOn);
  const Input input = edit();
  leave_text();
  say(kPasteOff);
  text = input == Input::kText ? buffer_.text() : std::string();
  while (text.ends_with('\n')) text.pop_back();
  if (text.find_first_not_of(" \t\n") != std::string::npos) history_.add(text);
  return input;
}

LineEditor::Input LineEditor::edit() {
  for (;;) {
    while (const std::optional<Key> key = keys_.next()) {
      if (key->name == Name::kEndOfInput && buffer_.text().empty()) return Input::kEnd;
      if (!obey(*key)) return Input::kText;
    }
    draw();
    switch (wait_for_input()) {
      case Woken::kEnd:
        return Input::kEnd;
      case Woken::kInterrupted:
        keys_.clear();
        return buffer_.text().empty() ? Input::kInterruptedEmpty : Input::kInterrupted;
      case Woken::kTimeout:
        keys_.give_up();
        break;
      case Woken::kKeys:
      case Woken::kResized:
        break;
    }
  }
}

// False: the message is complete.
bool LineEditor::obey(const Key& key) {
  switch (key.name) {
    case Name::kText:
      buffer_.insert(key.text);
      break;
    case Name::kEnter:
      return press_enter();
    case Name::kNewLine:
      buffer_.insert("\n");
      break;
    case Name::kEndOfInput:
    case Name::kDelete:
      buffer_.erase_after();
      break;
    case Name::kBackspace:
      buffer_.erase_before();
      break;
    case Name::kLeft:
      buffer_.move_left();
      break;
    case Name::kRight:
      buffer_.move_right();
      break;
    case Name::kUp:
      if (!buffer_.move_up()) show_older();
      break;
    case Name::kDown:
      if (!buffer_.move_down()) show_newer();
      break;
    case Name::kHome:
      buffer_.move_line_begin();
      break;
    case Name::kEnd:
      buffer_.move_line_end();
      break;
    case Name::kWordLeft:
      buffer_.move_word_left();
      break;
    case Name::kWordRight:
      buffer_.move_word_right();
      break;
    case Name::kKillWord:
      buffer_.kill_word_before();
      break;
    case Name::kKillBegin:
      buffer_.kill_to_line_begin();
      break;
    case Name::kKillEnd:
      buffer_.kill_to_line_end();
      break;
    case Name::kYank:
      buffer_.yank();
      break;
    case Name::kClearScreen:
      say(kClearScreen);
      drawn_ = {};
      break;
    case Name::kSuspend:
      suspend();
      break;
    case Name::kNothing:
      break;
  }
  return true;
}

bool LineEditor::press_enter() {
  const bool goes_on = buffer_.cursor() == buffer_.text().size() && buffer_.text().ends_with('\\');
  if (!goes_on) return false;
  buffer_.erase_before();
  buffer_.insert("\n");
  return true;
}

void LineEditor::show_older() {
  if (shown_entry_ == 0) return;
  if (shown_entry_ == history_.size()) draft_ = buffer_.text();
  buffer_.set(history_[--shown_entry_]);
}

void LineEditor::show_newer() {
  if (shown_entry_ == history_.size()) return;
  ++shown_entry_;
  buffer_.set(shown_entry_ == history_.size() ? draft_ : history_[shown_entry_]);
}

// As a shell expects it of Ctrl-Z; comes back with `fg`.
void LineEditor::suspend() {
  leave_text();
  say(kPasteOff);
  terminal_.restore();
  raise(SIGTSTP);
  terminal_.take();
  say(kPasteOn);
}

LineEditor::Woken LineEditor::wait_for_input() {
  for (;;) {
    pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {interrupts_.descriptor(), POLLIN, 0}};
    const int ready = poll(sources, 2, keys_.empty() ? -1 : kEscapeWaitMs);
    if (ready == 0) return Woken::kTimeout;
    if (ready < 0) {
      if (errno == EINTR) continue;
      return Woken::kEnd;
    }
    const Interrupts::Taken taken = interrupts_.take();
    if (taken.end) return Woken::kEnd;
    if (taken.interrupt) return Woken::kInterrupted;
    if (taken.resize) return Woken::kResized;
    char bytes[4096];
    const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) return Woken::kEnd;
    keys_.feed({bytes, static_cast<std::size_t>(count)});
    return Woken::kKeys;
  }
}

// All rows anew, in one write. The cursor's row is printed up to the cursor a second time: so the
// terminal, whose idea of a character's width may differ from ours, puts the cursor itself.
void LineEditor::draw() {
  const Terminal::Size size = terminal_.size();
  std::string bytes;
  if (!drawn_.rows.empty()) bytes += up(rows_above_cursor(drawn_, size.columns));
  bytes.append("\r").append(kClearBelow);
  drawn_ = lay_out(prompt_, buffer_.text(), buffer_.cursor(), size.columns, size.rows);
  for (std::size_t i = 0; i < drawn_.rows.size(); ++i)
    bytes.append(i == 0 ? "" : "\n").append(drawn_.rows[i].text);
  bytes += up(drawn_.rows.size() - 1 - drawn_.cursor_row);
  bytes.append("\r").append(drawn_.before_cursor);
  say(bytes);
}

// The whole text once more, however long, and a new line under it.
void LineEditor::leave_text() {
  const Terminal::Size size = terminal_.size();
  std::string bytes;
  if (!drawn_.rows.empty()) bytes += up(rows_above_cursor(drawn_, size.columns));
  bytes.append("\r").append(kClearBelow);
  const ScreenRows whole = lay_out(prompt_, buffer_.text(), buffer_.cursor(), size.columns,
                                   std::numeric_limits<int>::max());
  for (const ScreenRow& row : whole.rows) bytes.append(row.text).append("\n");
  drawn_ = {};
  say(bytes);
}

void LineEditor::say(const std::string& bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), screen_);
  std::fflush(screen_);
}

}  // namespace byeol::cli
