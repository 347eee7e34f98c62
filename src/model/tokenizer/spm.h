// SentencePiece's BPE (GGUF model `llama`: Llama-2, Mistral-7B, Gemma): characters merge wherever
// the result is a piece of the vocabulary, the highest score first. A character without a piece
// becomes its bytes' tokens `<0xXX>`.
// Source: Kudo & Richardson 2018; sentencepiece bpe_model; llama.cpp for broken UTF-8.
//
// Control, unknown and byte tokens never come out of plain text, even where their spelling would
// merge: a user must not be able to write them. Threads: immutable.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/tokenizer/merge.h"
#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

class Spm {
 public:
  // `unknown` stands for a byte that has no token of its own; kNoToken drops it.
  static Result<Spm> from_gguf(const formats::Gguf& file, const Vocabulary& vocabulary,
                               TokenId unknown);

  // `text` has "▁" in place of spaces already.
  void encode(std::string_view text, const Vocabulary& vocabulary, MergeScratch& scratch,
              std::vector<TokenId>& ids) const;

 private:
  void learn_joins(const Vocabulary& vocabulary);
  void encode_word(std::string_view word, const Vocabulary& vocabulary, MergeScratch& scratch,
                   std::vector<TokenId>& ids) const;

  static constexpr std::size_t kJoinBits = std::size_t{1} << 21;

  std::vector<std::uint32_t> priorities_;  // By id; kNoMerge where text must not become it.
  std::array<TokenId, 256> byte_tokens_;
  // Whether any piece has these two characters side by side (hashed: may say yes wrongly). Where
  // none has, no merge can cross, and the text may be cut: words stay short and merge in cache.
  std::vector<bool> joins_;
};

}  // namespace byeol::model
