#include "model/tokenizer/test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "model/tokenizer/byte_alphabet.h"

namespace byeol::model::testing {
namespace {

void add_tokens(const std::vector<TestToken>& tokens, formats::GgufWriter& file) {
  std::vector<std::string> texts;
  std::vector<float> scores;
  std::vector<std::int32_t> types;
  for (const TestToken& token : tokens) {
    texts.push_back(token.text);
    scores.push_back(token.score);
    types.push_back(token.type);
  }
  file.add("tokenizer.ggml.tokens", texts);
  file.add("tokenizer.ggml.scores", scores);
  file.add("tokenizer.ggml.token_type", types);
}

std::string unescape(std::string_view line) {
  std::string text;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] != '\\') {
      text += line[at];
      continue;
    }
    const char name = line[++at];
    if (name == 'x') {
      text += static_cast<char>(std::stoi(std::string(line.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      text += name == 'n' ? '\n' : name == 'r' ? '\r' : name == 't' ? '\t' : name;
    }
  }
  return text;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load(const formats::GgufWriter& file) {
  BYEOL_TRY(const std::vector<std::byte> bytes, file.to_bytes());
  BYEOL_TRY(const formats::Gguf gguf, formats::Gguf::parse(bytes));
  return Tokenizer::from_gguf(gguf);
}

std::shared_ptr<const Tokenizer> must_load(const formats::GgufWriter& file) {
  Result<std::shared_ptr<const Tokenizer>> tokenizer = load(file);
  if (tokenizer) return *tokenizer;
  ADD_FAILURE() << tokenizer.error().message;
  return nullptr;
}

formats::GgufWriter spm_file(const std::vector<TestToken>& tokens) {
  formats::GgufWriter file;
  file.add("tokenizer.ggml.model", "llama");
  add_tokens(tokens, file);
  return file;
}

formats::GgufWriter bpe_file(std::vector<TestToken> tokens, const std::vector<std::string>& merges,
                             const std::string& pre) {
  formats::GgufWriter file;
  file.add("tokenizer.ggml.model", "gpt2");
  if (!pre.empty()) file.add("tokenizer.ggml.pre", pre);
  add_tokens(tokens, file);
  file.add("tokenizer.ggml.merges", merges);
  return file;
}

formats::GgufWriter byte_bpe_file(const std::vector<std::string>& merges, const std::string& pre) {
  std::vector<std::string> alphabet;
  for (int byte = 0; byte < 256; ++byte)
    alphabet.emplace_back(byte_character(static_cast<std::uint8_t>(byte)));
  std::sort(alphabet.begin(), alphabet.end());
  std::vector<TestToken> tokens;
  for (const std::string& character : alphabet) tokens.push_back({character});
  for (std::string merged : merges) {
    merged.erase(merged.find(' ', 1), 1);
    tokens.push_back({merged});
  }
  return bpe_file(std::move(tokens), merges, pre);
}

std::string decode(const Tokenizer& tokenizer, const std::vector<TokenId>& ids,
                   Detokenizer::Control control) {
  Detokenizer detokenizer(tokenizer, control);
  std::string text;
  for (const TokenId id : ids) text += detokenizer.add(id);
  return text + detokenizer.finish();
}

std::vector<std::string> golden_lines(std::string_view name) {
  const std::string path = BYEOL_SOURCE_DIR "/tests/golden/tokenizer/" + std::string(name);
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path << " is missing";
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> golden_texts(std::string_view name) {
  std::vector<std::string> texts = golden_lines(name);
  for (std::string& text : texts) text = unescape(text);
  return texts;
}

std::uint32_t hash_ids(const std::vector<TokenId>& ids, std::uint32_t state) {
  for (const TokenId id : ids)
    for (int shift = 0; shift < 32; shift += 8)
      state = (state ^ ((static_cast<std::uint32_t>(id) >> shift) & 0xFF)) * 0x01000193u;
  return state;
}

}  // namespace byeol::model::testing
