// A vocabulary without a language: control tokens, one token for each byte, then made-up words of
// common letters, each one letter longer than one before it. Any text can be tokenized, with some
// three letters of English a token.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/synth_shape.h"

namespace byeol::bench {

struct SynthVocabulary {
  std::vector<std::string> tokens;
  std::vector<std::int32_t> types;  // llama_token_type of llama.h: 1 normal, 2 unknown, 3 control,
                                    // 6 byte.
  std::vector<std::string> merges;  // kByteLevel: "left right", the most urgent first.
  std::vector<float> scores;        // kPieces: the greater, the more urgent.
};

// `size` must leave room for the control and byte tokens: at least 512.
SynthVocabulary make_vocabulary(SynthTokenizer tokenizer, std::uint32_t size);

}  // namespace byeol::bench
