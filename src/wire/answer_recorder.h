// For tests: everything that a parser says of an answer, joined.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/answer_parser.h"

namespace byeol::wire {

struct RecordedCall {
  std::string name;
  std::string arguments;
  ToolType tool = ToolType::kFunction;
  bool whole = true;
  bool operator==(const RecordedCall&) const = default;
};

struct RecordedAnswer {
  std::string content = {};
  std::string reasoning = {};
  std::vector<RecordedCall> calls = {};
  bool operator==(const RecordedAnswer&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const RecordedAnswer& answer) {
  out << "content: [" << answer.content << "] reasoning: [" << answer.reasoning << "]";
  for (const RecordedCall& call : answer.calls)
    out << " call: " << call.name << "[" << call.arguments << "]";
  return out;
}

// The answer of a text that comes in pieces of `piece` bytes. A call must end before anything else
// comes, and no piece may be empty but a call's end.
inline RecordedAnswer record_answer(const AnswerOptions& options, std::string_view text,
                                    std::size_t piece) {
  RecordedAnswer answer;
  bool in_call = false;
  const OnPiece on_piece = [&](const AnswerPiece& given) {
    const bool ends = given.kind == PieceKind::kCallEnd;
    BYEOL_CHECK(given.text.empty() == ends);
    BYEOL_CHECK(in_call == (ends || given.kind == PieceKind::kCallArguments));
    switch (given.kind) {
      case PieceKind::kContent:
        answer.content += given.text;
        break;
      case PieceKind::kReasoning:
        answer.reasoning += given.text;
        break;
      case PieceKind::kCallBegin:
        answer.calls.push_back({std::string(given.text), "", given.tool});
        in_call = true;
        break;
      case PieceKind::kCallArguments:
        answer.calls.back().arguments += given.text;
        break;
      case PieceKind::kCallEnd:
        answer.calls.back().whole = given.whole;
        in_call = false;
    }
  };
  const auto parser = AnswerParser::make(options);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    parser->feed(text.substr(0, piece), on_piece);
  parser->finish(on_piece);
  BYEOL_CHECK(!in_call);
  return answer;
}

}  // namespace byeol::wire
