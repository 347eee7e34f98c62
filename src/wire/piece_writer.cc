#include "wire/piece_writer.h"

namespace byeol::wire {

void PieceWriter::text(PieceKind kind, std::string_view text) {
  if (kind != kind_) {
    end_block();
    kind_ = kind;
    drops_leading_ = true;
  }
  if (drops_leading_) {
    const std::size_t begin = text.find_first_not_of(kWhiteSpace);
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin);
    drops_leading_ = false;
  }
  const std::size_t last = text.find_last_not_of(kWhiteSpace);
  if (last == std::string_view::npos) {
    held_.append(text);
    return;
  }
  const std::string_view certain = text.substr(0, last + 1);
  if (held_.empty()) {
    give(kind, certain);
  } else {
    give(kind, held_.append(certain));
    held_.clear();
  }
  held_.append(text.substr(last + 1));
}

void PieceWriter::end_block() {
  held_.clear();
  drops_leading_ = true;
}

void PieceWriter::call_begin(std::string_view name) {
  end_block();
  give(PieceKind::kCallBegin, name);
}

void PieceWriter::call_arguments(std::string_view fragment) {
  if (!fragment.empty()) give(PieceKind::kCallArguments, fragment);
}

void PieceWriter::call_end() {
  give(PieceKind::kCallEnd, {});
}

void PieceWriter::finish() {
  if (kind_ == PieceKind::kContent && !held_.empty()) give(kind_, held_);
  held_.clear();
}

}  // namespace byeol::wire
