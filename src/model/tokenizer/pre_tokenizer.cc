#include "model/tokenizer/pre_tokenizer.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "model/tokenizer/lenient_utf8.h"

namespace byeol::model {
namespace {

bool is_decimal_digits(std::string_view piece) {
  while (!piece.empty()) {
    utf8proc_int32_t code_point;
    const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(piece.data()),
                                        static_cast<utf8proc_ssize_t>(piece.size()), &code_point);
    if (bytes <= 0 || utf8proc_category(code_point) != UTF8PROC_CATEGORY_ND) return false;
    piece.remove_prefix(static_cast<std::size_t>(bytes));
  }
  return true;
}

void cut_in_threes(std::string_view piece, std::size_t offset, std::vector<std::size_t>& ends) {
  if (is_decimal_digits(piece)) {
    std::size_t left = 0;
    for (const char byte : piece) left += (byte & 0xC0) != 0x80;
    for (std::size_t at = 0; at < piece.size(); --left) {
      if (at > 0 && left % 3 == 0) ends.push_back(offset + at);
      at += announced_bytes(piece[at]);
    }
  }
  ends.push_back(offset + piece.size());
}

// Surrogates, the one invalid thing that repair_utf8() lets pass, as a private-use character: no
// expression tells the two apart, and PCRE2 promises nothing for the former.
std::string without_surrogates(std::string_view text) {
  std::string changed(text);
  for (std::size_t at = 0; at + 2 < changed.size(); ++at)
    if (changed[at] == '\xED' && static_cast<unsigned char>(changed[at + 1]) >= 0xA0)
      changed.replace(at, 3, "\xEE\x80\x80");
  return changed;
}

}  // namespace

Result<PreTokenizer> PreTokenizer::make(const PreTokenizerFamily& family) {
  PreTokenizer result;
  for (const std::string_view stage : family.stages) {
    if (stage == kThreesFromRight) {
      result.stages_.push_back({});
      continue;
    }
    BYEOL_TRY(RegexSplitter regex, RegexSplitter::compile(stage));
    result.stages_.push_back({std::move(regex)});
  }
  return result;
}

std::vector<std::size_t> PreTokenizer::split(std::string_view text) const {
  std::vector<std::size_t> ends;
  if (text.empty()) return ends;
  std::string changed;
  if (!utf8::is_valid(text)) text = changed = without_surrogates(text);
  ends.push_back(text.size());
  std::vector<std::size_t> finer;
  for (const Stage& stage : stages_) {
    finer.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      const std::string_view piece = text.substr(begin, end - begin);
      if (stage.regex)
        stage.regex->split(piece, begin, finer);
      else
        cut_in_threes(piece, begin, finer);
      begin = end;
    }
    ends.swap(finer);
  }
  return ends;
}

}  // namespace byeol::model
