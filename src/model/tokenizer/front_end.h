// Which special tokens are cut out of a text, for one model.
// Threads: immutable.
#pragma once

#include <string_view>

#include "model/tokenizer/special_tokens.h"
#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

struct FrontEnd {
  SpecialTokens all;
  SpecialTokens user_defined;  // Alone, where control tokens are not to be parsed.
  SpecialTokens forbidden;     // The others: what no text of a user may become.
};

// kStored: "▁▁" in the text is that token, and a run of spaces merges to it (Hugging Face).
// kSpaces: a run of spaces is cut out as that token before merging (llama.cpp). The same ids for
// any UTF-8 without "▁"; on other bytes llama.cpp's order decides what a broken character swallows.
enum class SpaceRunSpelling { kStored, kSpaces };

// `model_name` is general.name, `pre` tokenizer.ggml.pre; empty where the file has none.
FrontEnd make_front_end(const Vocabulary& vocabulary, std::string_view model_name,
                        std::string_view pre, SpaceRunSpelling space_runs);

}  // namespace byeol::model
