// Cuts text into the words inside which BPE merges, as one family of pre_tokenizer_table.h says.
// Threads: immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/tokenizer/pre_tokenizer_table.h"
#include "model/tokenizer/regex_splitter.h"

namespace byeol::model {

class PreTokenizer {
 public:
  static Result<PreTokenizer> make(const PreTokenizerFamily& family);

  // The end of each word of `text`, in order: the last is text.size(). Surrogates may occur.
  std::vector<std::size_t> split(std::string_view text) const;

 private:
  struct Stage {
    std::optional<RegexSplitter> regex;  // None: threes from the right.
  };
  std::vector<Stage> stages_;
};

}  // namespace byeol::model
