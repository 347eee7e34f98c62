#include "model/tokenizer/tokenizer.h"
#include "model/tokenizer/utf8.h"

namespace byeol::model {

std::string Detokenizer::add(TokenId id) {
  const bool control = tokenizer_.is_control(id);
  if (control && control_ == Control::kHide) return {};
  std::string_view piece = control ? tokenizer_.text(id) : tokenizer_.piece(id);
  if (!control && at_start_ && !piece.empty()) {
    if (piece.front() == ' ') piece.remove_prefix(1);
    at_start_ = false;
  }
  pending_ += piece;

  std::string certain;
  std::size_t at = 0;
  while (at < pending_.size()) {
    const Utf8Step step = next_utf8(std::string_view(pending_).substr(at));
    if (step.kind == Utf8Step::Kind::kUnfinished) break;
    if (step.kind == Utf8Step::Kind::kCharacter)
      certain.append(pending_, at, step.bytes);
    else
      certain += kReplacement;
    at += step.bytes;
  }
  pending_.erase(0, at);
  return certain;
}

std::string Detokenizer::finish() {
  // add() leaves nothing but one unfinished character: a single maximal broken sequence.
  std::string rest(pending_.empty() ? std::string_view() : kReplacement);
  pending_.clear();
  at_start_ = tokenizer_.adds_space_prefix();
  return rest;
}

}  // namespace byeol::model
