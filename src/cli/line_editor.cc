#include "cli/line_editor.h"

#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "base/utf8.h"

namespace byeol::cli {
namespace {

constexpr std::string_view kPasteBegin = "\x1b[200~";
constexpr std::string_view kPasteEnd = "\x1b[201~";
constexpr wchar_t kPasteKey = 0x1f;  // Ctrl-_, which nobody types; stands for a whole paste.
constexpr int kHistoryMax = 1000;

// libedit asks the C library how wide a character is, which only a UTF-8 locale knows.
void use_utf8_locale() {
  setlocale(LC_CTYPE, "");
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

LineEditor* self(EditLine* editor) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  return static_cast<LineEditor*>(data);
}

// What a paste inserts: line breaks stay, tabs become spaces, other control characters go.
std::wstring pasted_text(std::string_view bytes) {
  std::wstring text;
  while (!bytes.empty()) {
    const utf8::Decoded next = utf8::decode(bytes);
    if (next.code_point == '\r') {
      text += L'\n';
      if (bytes.size() > 1 && bytes[1] == '\n') bytes.remove_prefix(1);
    } else if (next.code_point == '\t') {
      text += L"    ";
    } else if (next.code_point == '\n' || (next.code_point >= 0x20 && next.code_point != 0x7f)) {
      text += static_cast<wchar_t>(next.code_point);
    }
    bytes.remove_prefix(next.bytes);
  }
  return text;
}

}  // namespace

LineEditor::LineEditor(Interrupts& interrupts, std::string history_file)
    : interrupts_(interrupts), history_file_(std::move(history_file)), history_(history_init()) {
  use_utf8_locale();
  FILE* screen = isatty(STDOUT_FILENO) != 0 ? stdout : stderr;
  editor_.reset(el_init("byeol", stdin, screen, stderr));
  EditLine* editor = editor_.get();
  el_set(editor, EL_CLIENTDATA, this);
  el_set(editor, EL_PROMPT_ESC, &LineEditor::show_prompt, '\1');
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 1);  // Resizing, Ctrl-Z. (Ctrl-C never strikes: see Interrupts.)
  HistEvent event;
  history(history_.get(), &event, H_SETSIZE, kHistoryMax);
  history(history_.get(), &event, H_SETUNIQUE, 1);
  if (!history_file_.empty()) history(history_.get(), &event, H_LOAD, history_file_.c_str());
  el_set(editor, EL_HIST, history, history_.get());
  el_set(editor, EL_ADDFN, "byeol-paste", "Insert what was pasted", &LineEditor::insert_paste);
  el_source(editor, nullptr);
  el_set(editor, EL_BIND, "^_", "byeol-paste", nullptr);
  el_wset(editor, EL_GETCFN, &LineEditor::get_character);
}

LineEditor::~LineEditor() {
  if (history_file_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(history_file_).parent_path(), ignored);
  HistEvent event;
  history(history_.get(), &event, H_SAVE, history_file_.c_str());
}

LineEditor::Input LineEditor::read(const std::string& prompt, std::string& text) {
  text.clear();
  prompt_ = prompt;
  for (;;) {
    std::string line;
    const Input input = read_line(line);
    if (input != Input::kLine) {
      const bool nothing = text.empty() && input == Input::kInterruptedEmpty;
      return input == Input::kEnd || nothing ? input : Input::kInterrupted;
    }
    text += line;
    if (!text.ends_with('\\')) break;
    text.back() = '\n';
    prompt_ = "... ";
  }
  HistEvent event;
  if (text.find_first_not_of(" \n") != std::string::npos)
    history(history_.get(), &event, H_ENTER, text.c_str());
  return Input::kLine;
}

LineEditor::Input LineEditor::read_line(std::string& line) {
  interrupted_ = interrupted_empty_ = false;
  std::fputs("\x1b[?2004h", stdout);  // Bracketed paste, please.
  std::fflush(stdout);
  int count = 0;
  const char* text = el_gets(editor_.get(), &count);
  const std::string copy = text != nullptr && count > 0 ? text : "";
  std::fputs("\x1b[?2004l", stdout);
  std::fflush(stdout);
  if (interrupted_) {
    std::fputs("^C\n", stderr);
    return interrupted_empty_ ? Input::kInterruptedEmpty : Input::kInterrupted;
  }
  if (copy.empty()) return Input::kEnd;
  line = copy.substr(0, copy.size() - (copy.ends_with('\n') ? 1 : 0));
  return Input::kLine;
}

char* LineEditor::show_prompt(EditLine* editor) {
  return self(editor)->prompt_.data();
}

unsigned char LineEditor::insert_paste(EditLine* editor, int) {
  std::wstring text;
  text.swap(self(editor)->pasted_);
  if (text.empty()) return CC_NORM;
  return el_winsertstr(editor, text.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

// libedit's wish for a character: 1 and the character, or -1 at the end of input or on Ctrl-C.
int LineEditor::get_character(EditLine* editor, wchar_t* character) {
  LineEditor* me = self(editor);
  while (!me->take_character(*character)) {
    if (me->fill()) continue;
    if (me->interrupted_) {
      const LineInfoW* line = el_wline(editor);
      me->interrupted_empty_ = line->lastchar == line->buffer;
    }
    return -1;
  }
  return 1;
}

// More bytes, as soon as there are some. False: Ctrl-C, or the input is at its end.
bool LineEditor::fill() {
  for (;;) {
    pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {interrupts_.descriptor(), POLLIN, 0}};
    if (poll(sources, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (interrupts_.take()) {
      interrupted_ = true;
      bytes_.clear();
      return false;
    }
    if (sources[0].revents == 0) continue;
    char buffer[4096];
    const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
}

// The next character of the bytes at hand; false where they do not make one yet.
bool LineEditor::take_character(wchar_t& character) {
  if (bytes_.empty()) return false;
  if (bytes_.starts_with(kPasteBegin)) {
    const std::size_t end = bytes_.find(kPasteEnd);
    if (end == std::string::npos) return false;
    pasted_ = pasted_text(std::string_view(bytes_).substr(0, end).substr(kPasteBegin.size()));
    bytes_.erase(0, end + kPasteEnd.size());
    character = kPasteKey;
    return true;
  }
  const utf8::Decoded next = utf8::decode(bytes_);
  if (!next.valid && utf8::incomplete_tail(bytes_) == bytes_.size()) return false;
  bytes_.erase(0, next.bytes);
  character = static_cast<wchar_t>(next.code_point);
  return true;
}

}  // namespace byeol::cli
