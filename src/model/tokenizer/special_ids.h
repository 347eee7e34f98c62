// Which tokens begin a text, end a turn, and stop a generation. Files are often wrong or silent
// about it, so well-known spellings count as well.
// Keys: tokenizer.ggml.*_token_id, .add_bos_token, .add_eos_token; the spellings and their order
// are llama.cpp's. Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"
#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

enum class TokenizerModel { kSpm, kBpe };

struct SpecialIds {
  TokenId bos = kNoToken;
  TokenId eos = kNoToken;
  TokenId unknown = kNoToken;
  std::vector<TokenId> end_of_generation;  // Sorted.
};

// Corrects the types in `vocabulary`: a known end token that the file calls normal is control.
Result<SpecialIds> read_special_ids(const formats::Gguf& file, TokenizerModel model,
                                    Vocabulary& vocabulary, std::vector<std::string>& warnings);

}  // namespace byeol::model
