#include "wire/custom_call_parser.h"

#include <algorithm>
#include <utility>

#include "wire/custom_input.h"

namespace byeol::wire {
namespace {

class CustomCallParser : public AnswerParser {
 public:
  CustomCallParser(std::unique_ptr<AnswerParser> parser, std::vector<std::string> custom_tools)
      : parser_(std::move(parser)), custom_tools_(std::move(custom_tools)) {}

  void feed(std::string_view text, const OnPiece& on_piece) override {
    parser_->feed(text, [&](const AnswerPiece& piece) { give(piece, on_piece); });
  }
  void finish(const OnPiece& on_piece) override {
    parser_->finish([&](const AnswerPiece& piece) { give(piece, on_piece); });
  }

 private:
  void give(AnswerPiece piece, const OnPiece& on_piece) {
    if (piece.kind == PieceKind::kCallBegin) {
      const bool is_custom = std::ranges::find(custom_tools_, piece.text) != custom_tools_.end();
      tool_ = is_custom ? ToolType::kCustom : ToolType::kFunction;
      input_ = {};
    }
    const bool is_text = piece.kind == PieceKind::kContent || piece.kind == PieceKind::kReasoning;
    if (is_text || tool_ == ToolType::kFunction) return on_piece(piece);
    piece.tool = tool_;
    if (piece.kind == PieceKind::kCallBegin) return on_piece(piece);
    text_.clear();
    if (piece.kind == PieceKind::kCallArguments)
      input_.read(piece.text, text_);
    else
      piece.whole = input_.finish(text_);
    if (!text_.empty())
      on_piece({.kind = PieceKind::kCallArguments, .text = text_, .tool = ToolType::kCustom});
    if (piece.kind == PieceKind::kCallEnd) on_piece(piece);
  }

  std::unique_ptr<AnswerParser> parser_;
  std::vector<std::string> custom_tools_;
  ToolType tool_ = ToolType::kFunction;  // Of the last call.
  CustomInputReader input_;
  std::string text_;
};

}  // namespace

std::unique_ptr<AnswerParser> with_custom_calls(std::unique_ptr<AnswerParser> parser,
                                                std::vector<std::string> custom_tools) {
  return std::make_unique<CustomCallParser>(std::move(parser), std::move(custom_tools));
}

}  // namespace byeol::wire
