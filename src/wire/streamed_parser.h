// What the parsers of all families share: text that comes cut anywhere is kept until a step of the
// parser can tell what it is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "wire/answer_parser.h"
#include "wire/piece_writer.h"

namespace byeol::wire {

// How many bytes at the end of a text may begin one of the markers, and are not a whole one.
std::size_t marker_tail(std::string_view text, std::span<const std::string_view> markers);

class StreamedParser : public AnswerParser {
 public:
  void feed(std::string_view text, const OnPiece& on_piece) final;
  void finish(const OnPiece& on_piece) final;

 protected:
  static constexpr std::size_t kNone = std::string_view::npos;
  enum class Found { kYes, kNo, kNotYet };

  // Takes from buffer_ what is certain. Whether to be called again: something was taken, or the
  // state changed. What remains when all text is there and step() is done, is given as content.
  virtual bool step() = 0;

  // Gives buffer_ as text up to the first of the markers, which is taken; its index. kNone: no
  // marker yet; what may begin one stays, unless the text is at its end.
  std::size_t give_until(PieceKind kind, std::span<const std::string_view> markers);

  // Whether buffer_ begins with the marker, perhaps after white space; if so, both are taken.
  Found take(std::string_view marker);

  // Drops these letters at the beginning of buffer_; the first letter after them, or 0: none yet.
  char skip(std::string_view letters = kWhiteSpace);

  std::string buffer_;
  bool at_end_ = false;
  PieceWriter writer_;

 private:
  void run(const OnPiece& on_piece);
};

}  // namespace byeol::wire
