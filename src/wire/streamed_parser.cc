#include "wire/streamed_parser.h"

#include <algorithm>

namespace byeol::wire {

std::size_t marker_tail(std::string_view text, std::span<const std::string_view> markers) {
  std::size_t longest = 0;
  for (const std::string_view marker : markers) {
    for (std::size_t size = std::min(marker.size() - 1, text.size()); size > longest; --size) {
      if (!text.ends_with(marker.substr(0, size))) continue;
      longest = size;
      break;
    }
  }
  return longest;
}

void StreamedParser::run(const OnPiece& on_piece) {
  writer_.give_to(on_piece);
  while (step()) {
  }
}

void StreamedParser::feed(std::string_view text, const OnPiece& on_piece) {
  buffer_.append(text);
  run(on_piece);
}

void StreamedParser::finish(const OnPiece& on_piece) {
  at_end_ = true;
  run(on_piece);
  writer_.text(PieceKind::kContent, buffer_);
  buffer_.clear();
  writer_.finish();
}

std::size_t StreamedParser::give_until(PieceKind kind, std::span<const std::string_view> markers) {
  std::size_t at = kNone;
  std::size_t which = kNone;
  for (std::size_t i = 0; i < markers.size(); ++i) {
    const std::size_t found = buffer_.find(markers[i]);
    if (found >= at) continue;
    at = found;
    which = i;
  }
  if (which == kNone) at = buffer_.size() - (at_end_ ? 0 : marker_tail(buffer_, markers));
  writer_.text(kind, std::string_view(buffer_).substr(0, at));
  buffer_.erase(0, at + (which == kNone ? 0 : markers[which].size()));
  return which;
}

StreamedParser::Found StreamedParser::take(std::string_view marker) {
  const std::size_t begin = buffer_.find_first_not_of(kWhiteSpace);
  const std::string_view text =
      begin == kNone ? std::string_view() : std::string_view(buffer_).substr(begin);
  if (text.starts_with(marker)) {
    buffer_.erase(0, begin + marker.size());
    return Found::kYes;
  }
  return !at_end_ && marker.starts_with(text) ? Found::kNotYet : Found::kNo;
}

char StreamedParser::skip(std::string_view letters) {
  buffer_.erase(0, std::min(buffer_.find_first_not_of(letters), buffer_.size()));
  return buffer_.empty() ? '\0' : buffer_.front();
}

}  // namespace byeol::wire
