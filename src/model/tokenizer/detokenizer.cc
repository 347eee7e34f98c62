#include "base/utf8.h"
#include "model/tokenizer/tokenizer.h"

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

  const std::size_t held_back = utf8::incomplete_tail(pending_);
  const std::size_t certain = pending_.size() - held_back;
  const std::string text = utf8::repaired(std::string_view(pending_).substr(0, certain));
  pending_.erase(0, certain);
  return text;
}

std::string Detokenizer::finish() {
  const std::string rest = utf8::repaired(pending_);
  pending_.clear();
  at_start_ = tokenizer_.adds_space_prefix();
  return rest;
}

}  // namespace byeol::model
