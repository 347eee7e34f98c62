// Byte-pair encoding by a list of merges (GGUF model `gpt2`): inside a word that the pre-tokenizer
// cut, the adjacent pair that stands first in the list merges first.
// Source: Sennrich et al. 2016; GPT-2's byte level; tokenizer.ggml.merges of the GGUF
// specification.
//
// Two alphabets: bytes in GPT-2's spelling (byte_alphabet.h), or plain characters with byte tokens
// `<0xXX>` for those that the vocabulary lacks (Gemma 4). Threads: immutable.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/tokenizer/merge.h"
#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

enum class BpeAlphabet { kBytes, kCharacters };

class Bpe {
 public:
  // ignore_merges: a word that is a token as a whole is that token, whatever the merges say.
  static Result<Bpe> from_gguf(const formats::Gguf& file, const Vocabulary& vocabulary,
                               BpeAlphabet alphabet, bool ignore_merges);

  // `word` is valid UTF-8 (surrogates may occur), not empty.
  void encode(std::string_view word, const Vocabulary& vocabulary, MergeScratch& scratch,
              std::vector<TokenId>& ids) const;

 private:
  struct Pair {
    std::int32_t left;  // kNoToken: free slot.
    std::int32_t right;
    Merge merge;
  };

  // The id of a token, or one past the vocabulary for a text that only occurs inside merges.
  std::int32_t symbol_id(std::string_view text, const Vocabulary& vocabulary);
  std::int32_t known_symbol(std::string_view text, const Vocabulary& vocabulary) const;
  Status add_merges(const std::vector<std::string_view>& merges, const Vocabulary& vocabulary);
  Merge find_merge(std::int32_t left, std::int32_t right) const;
  void spell(std::string_view word, const Vocabulary& vocabulary,
             std::vector<Symbol>& symbols) const;

  BpeAlphabet alphabet_ = BpeAlphabet::kBytes;
  bool ignore_merges_ = false;
  std::vector<Pair> pairs_;  // Open addressing, a power of two, at most half full.
  std::unordered_map<std::string, std::int32_t> extra_symbols_;
  std::array<std::int32_t, 256> byte_symbols_;  // kBytes: of each byte; kNoToken where none.
  std::array<TokenId, 256> byte_tokens_;        // kCharacters: `<0xXX>`; kNoToken where none.
};

}  // namespace byeol::model
