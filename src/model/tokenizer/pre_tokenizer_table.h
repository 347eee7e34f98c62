// Which regular expressions cut text into words, by the name that a GGUF file gives
// (tokenizer.ggml.pre). Data only; pre_tokenizer.h runs it.
//
// The expressions are those of the models' own Hugging Face tokenizers. Where llama.cpp runs
// another form of one, docs/architecture/tokenizer.md says what differs.
// Threads: constants.
#pragma once

#include <span>
#include <string_view>

namespace byeol::model {

struct PreTokenizerFamily {
  std::string_view names;  // Separated by single spaces.
  // Applied in order, each to the pieces of the one before. kThreesFromRight is no expression.
  std::span<const std::string_view> stages;
  bool ignore_merges = false;
  bool add_bos = false;
  bool escape_whitespaces = false;  // Plain characters with "▁" for spaces, not GPT-2's bytes.
  bool normalize_nfc = false;       // The text is composed (NFC) first.
  bool space_before_line = false;   // Every line begins with a "▁", if need be one of our own.
};

// A stage that cuts every piece made of decimal digits alone into threes, counted from its right
// end. As an expression, `(?=(\d{3})+(?!\d))`, it takes quadratic time.
inline constexpr std::string_view kThreesFromRight = "(threes from the right)";

// Null for a name that is not known.
const PreTokenizerFamily* find_pre_tokenizer_family(std::string_view name);
// Every name, for messages and tests.
std::span<const PreTokenizerFamily> pre_tokenizer_families();

}  // namespace byeol::model
