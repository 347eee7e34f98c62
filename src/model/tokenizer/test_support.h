// What the tokenizers' tests share: vocabularies built in memory, and the golden files' format.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/gguf_writer.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::model::testing {

// The whole way: written as GGUF, parsed, loaded.
Result<std::shared_ptr<const Tokenizer>> load(const formats::GgufWriter& file);
// Fails the test where load() does, and returns null.
std::shared_ptr<const Tokenizer> must_load(const formats::GgufWriter& file);

struct TestToken {
  std::string text;
  float score = 0;
  std::int32_t type = 1;
};
formats::GgufWriter spm_file(const std::vector<TestToken>& tokens);
formats::GgufWriter bpe_file(std::vector<TestToken> tokens, const std::vector<std::string>& merges,
                             const std::string& pre);
// All bytes as tokens 0 to 255, in the order of their characters, then one token for each merge.
formats::GgufWriter byte_bpe_file(const std::vector<std::string>& merges, const std::string& pre);

std::string decode(const Tokenizer& tokenizer, const std::vector<TokenId>& ids,
                   Detokenizer::Control control = Detokenizer::Control::kHide);

// tests/golden/tokenizer/NAME, without line ends. Fails the test where the file is absent.
std::vector<std::string> golden_lines(std::string_view name);
// The same with backslash escapes undone.
std::vector<std::string> golden_texts(std::string_view name);

inline constexpr std::uint32_t kHashStart = 0x811C9DC5;
std::uint32_t hash_ids(const std::vector<TokenId>& ids, std::uint32_t state = kHashStart);

}  // namespace byeol::model::testing
