#include "cli/editor/edit_buffer.h"

#include <utility>

#include "cli/editor/graphemes.h"

namespace byeol::cli {
namespace {

// Words are parted by ASCII white space and punctuation; all other scripts' letters belong to one.
bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || (byte & 0x80) != 0;
}

}  // namespace

void EditBuffer::set(std::string text) {
  text_ = std::move(text);
  cursor_ = text_.size();
}

void EditBuffer::insert(std::string_view text) {
  text_.insert(cursor_, text);
  cursor_ = boundary_from(cursor_ + text.size());  // It may have joined with what follows.
}

void EditBuffer::erase_before() {
  const std::size_t begin = previous_cluster(text_, cursor_);
  text_.erase(begin, cursor_ - begin);
  cursor_ = begin;
}

void EditBuffer::erase_after() {
  text_.erase(cursor_, next_cluster(text_, cursor_) - cursor_);
}

void EditBuffer::kill(std::size_t begin, std::size_t end) {
  if (begin == end) return;
  killed_ = text_.substr(begin, end - begin);
  text_.erase(begin, end - begin);
  cursor_ = begin;
}

void EditBuffer::kill_word_before() {
  kill(word_left(), cursor_);
}

// At a line's begin or end the line break itself goes.
void EditBuffer::kill_to_line_begin() {
  const std::size_t begin = line_begin();
  kill(begin == cursor_ && begin > 0 ? begin - 1 : begin, cursor_);
}

void EditBuffer::kill_to_line_end() {
  const std::size_t end = line_end();
  kill(cursor_, end == cursor_ && end < text_.size() ? end + 1 : end);
}

void EditBuffer::move_left() {
  cursor_ = previous_cluster(text_, cursor_);
}
void EditBuffer::move_right() {
  cursor_ = next_cluster(text_, cursor_);
}
void EditBuffer::move_word_left() {
  cursor_ = word_left();
}
void EditBuffer::move_word_right() {
  cursor_ = word_right();
}
void EditBuffer::move_line_begin() {
  cursor_ = line_begin();
}
void EditBuffer::move_line_end() {
  cursor_ = line_end();
}

bool EditBuffer::move_up() {
  const std::size_t line = line_begin();
  if (line == 0) return false;
  const std::size_t wanted = column();
  cursor_ = line - 1;
  move_to_column(line_begin(), wanted);
  return true;
}

bool EditBuffer::move_down() {
  const std::size_t end = line_end();
  if (end == text_.size()) return false;
  move_to_column(end + 1, column());
  return true;
}

std::size_t EditBuffer::column() const {
  std::size_t clusters = 0;
  for (std::size_t at = line_begin(); at < cursor_; at = next_cluster(text_, at)) ++clusters;
  return clusters;
}

void EditBuffer::move_to_column(std::size_t line, std::size_t column) {
  cursor_ = line;
  const std::size_t end = line_end();
  for (; column > 0 && cursor_ < end; --column) cursor_ = next_cluster(text_, cursor_);
}

std::size_t EditBuffer::line_begin() const {
  if (cursor_ == 0) return 0;
  const std::size_t before = text_.rfind('\n', cursor_ - 1);
  return before == std::string::npos ? 0 : before + 1;
}

std::size_t EditBuffer::line_end() const {
  const std::size_t end = text_.find('\n', cursor_);
  return end == std::string::npos ? text_.size() : end;
}

std::size_t EditBuffer::word_left() const {
  std::size_t at = cursor_;
  while (at > 0 && !is_word_byte(text_[at - 1])) --at;
  while (at > 0 && is_word_byte(text_[at - 1])) --at;
  return boundary_from(at);
}

std::size_t EditBuffer::word_right() const {
  std::size_t at = cursor_;
  while (at < text_.size() && !is_word_byte(text_[at])) ++at;
  while (at < text_.size() && is_word_byte(text_[at])) ++at;
  return boundary_from(at);
}

// The next place where a cluster begins.
std::size_t EditBuffer::boundary_from(std::size_t at) const {
  return at == 0 ? 0 : next_cluster(text_, previous_cluster(text_, at));
}

}  // namespace byeol::cli
