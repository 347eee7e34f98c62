// A text cut into blocks of tokens, exactly as llama-perplexity cuts it (docs/parity.md): tokenized
// once as a whole, special tokens added, special texts not parsed; an incomplete last block is
// dropped; where the model adds BOS, each block begins with it instead of its own first token.
//
// Threads: pure functions. Errors: kInvalidArgument for a text shorter than one block, for a block
// that the model's context cannot hold, and for ids that are not in the vocabulary.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/model.h"

namespace byeol::bench {

using model::TokenId;

struct TokenBlocks {
  std::vector<TokenId> tokens;           // Of the whole text, the incomplete last block included.
  std::int32_t size = 0;                 // Tokens of one block.
  TokenId begin_with = model::kNoToken;  // Instead of a block's first token; kNoToken: as it is.

  std::int32_t count() const { return static_cast<std::int32_t>(tokens.size()) / size; }
  // The tokens of a block, as a model is to read them.
  std::vector<TokenId> block(std::int32_t index) const;
};

// `block` 0: the whole text is one block.
Result<TokenBlocks> blocks_of_text(const model::Model& model, std::string_view text,
                                   std::int32_t block);
// One block of ids, taken as they are.
Result<TokenBlocks> block_of_ids(const model::Model& model, std::vector<TokenId> ids);

// The cut alone. `context`: the largest block that the model can hold.
Result<TokenBlocks> cut_into_blocks(std::vector<TokenId> tokens, std::int32_t block,
                                    TokenId begin_with, std::int32_t context);

}  // namespace byeol::bench
