// Gives pieces of an answer and sees to their white space: what stands around a thought and around
// a call belongs to the format and is dropped, the rest of the answer's own is kept. So white space
// is held back until it is known what follows.
#pragma once

#include <string>
#include <string_view>

#include "wire/answer_parser.h"

namespace byeol::wire {

inline constexpr std::string_view kWhiteSpace = " \t\r\n";

class PieceWriter {
 public:
  // Where pieces go until the next call.
  void give_to(const OnPiece& on_piece) { on_piece_ = &on_piece; }

  // kContent or kReasoning.
  void text(PieceKind kind, std::string_view text);
  void call_begin(std::string_view name);
  void call_arguments(std::string_view fragment);
  void call_end();
  // A thought ended, or one begins anew: another kind of text follows.
  void end_block();
  // The answer's end.
  void finish();

 private:
  void give(PieceKind kind, std::string_view text) { (*on_piece_)({kind, text}); }

  const OnPiece* on_piece_ = nullptr;
  PieceKind kind_ = PieceKind::kContent;
  std::string held_;            // White space of kind_.
  bool drops_leading_ = false;  // Nothing but white space came since a thought or a call.
};

}  // namespace byeol::wire
