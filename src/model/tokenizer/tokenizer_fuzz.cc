// Any bytes through both algorithms: ids inside the vocabulary, streams of whole characters, and
// for byte-level BPE the same text back (on bytes that are not UTF-8: the text that llama.cpp
// reads).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "base/check.h"
#include "base/utf8.h"
#include "formats/gguf_writer.h"
#include "model/tokenizer/byte_alphabet.h"
#include "model/tokenizer/lenient_utf8.h"
#include "model/tokenizer/normalize.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::model {
namespace {

std::shared_ptr<const Tokenizer> load(const formats::GgufWriter& file) {
  const auto bytes = file.to_bytes();
  BYEOL_CHECK(bytes);
  const auto gguf = formats::Gguf::parse(*bytes);
  BYEOL_CHECK(gguf);
  auto tokenizer = Tokenizer::from_gguf(*gguf);
  BYEOL_CHECK(tokenizer);
  return *tokenizer;
}

std::shared_ptr<const Tokenizer> make_bpe(const char* pre) {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte)
    tokens.emplace_back(byte_character(static_cast<std::uint8_t>(byte)));
  const std::vector<std::string> merges = {"a a", "aa aa", "Ġ a", "Ġ Ġ",
                                           "Ċ Ċ", "1 2",   "ê °", "ê° Ģ"};
  for (std::string merged : merges) {
    merged.erase(merged.find(' '), 1);
    tokens.push_back(merged);
  }
  std::vector<std::int32_t> types(tokens.size(), 1);
  tokens.emplace_back("<|end|>");
  types.push_back(3);
  tokens.emplace_back("<b>");
  types.push_back(4);
  formats::GgufWriter file;
  file.add("tokenizer.ggml.model", "gpt2");
  file.add("tokenizer.ggml.pre", pre);
  file.add("tokenizer.ggml.tokens", tokens);
  file.add("tokenizer.ggml.token_type", types);
  file.add("tokenizer.ggml.merges", merges);
  return load(file);
}

std::shared_ptr<const Tokenizer> make_spm() {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>", "  ", "▁", "a",  "aa",
                                     "▁a",    "가",  "가가", "\n", "s", "s>", "</"};
  std::vector<std::int32_t> types = {2, 3, 3, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  char name[8];
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::snprintf(name, sizeof(name), "<0x%02X>", byte);
    tokens.emplace_back(name);
    types.push_back(6);
  }
  std::vector<float> scores;
  for (std::size_t i = 0; i < tokens.size(); ++i) scores.push_back(-static_cast<float>(i));
  formats::GgufWriter file;
  file.add("tokenizer.ggml.model", "llama");
  file.add("tokenizer.ggml.tokens", tokens);
  file.add("tokenizer.ggml.token_type", types);
  file.add("tokenizer.ggml.scores", scores);
  file.add("tokenizer.ggml.add_space_prefix", false);
  return load(file);
}

std::string decode(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  Detokenizer detokenizer(tokenizer);
  std::string text;
  for (const TokenId id : ids) {
    BYEOL_CHECK(id >= 0 && id < tokenizer.size());
    text += detokenizer.add(id);
    BYEOL_CHECK(utf8::is_valid(text));
  }
  return text + detokenizer.finish();
}

std::string pieces(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  std::string bytes;
  for (const TokenId id : ids) bytes += tokenizer.piece(id);
  return bytes;
}

void check(std::string_view text) {
  static const auto bpe = {make_bpe("gpt-2"),   make_bpe("llama-bpe"), make_bpe("gpt-4o"),
                           make_bpe("afmoe"),   make_bpe("tiny_aya"),  make_bpe("deepseek-v3"),
                           make_bpe("kimi-k2"), make_bpe("exaone-moe")};
  static const auto spm = make_spm();
  constexpr EncodeOptions kPlain{.add_special = false, .parse_special = false};
  const bool valid = utf8::is_valid(text);
  for (const auto& tokenizer : bpe) {
    const std::vector<TokenId> ids = tokenizer->encode(text, kPlain);
    for (const TokenId id : ids) BYEOL_CHECK(!tokenizer->is_control(id));
    BYEOL_CHECK(!valid || pieces(*tokenizer, ids) == text);
    decode(*tokenizer, ids);
    decode(*tokenizer, tokenizer->encode(text));
  }
  const std::vector<TokenId> ids = spm->encode(text, kPlain);
  for (const TokenId id : ids) BYEOL_CHECK(!spm->is_control(id));
  // A broken character may swallow a part of the "▁" that stands for a space; its bytes are all
  // there.
  if (text.find("\xE2\x96\x81") == std::string_view::npos) {
    std::string bytes;
    append_unescaped_spaces(pieces(*spm, ids), bytes);
    BYEOL_CHECK(bytes == text);
  }
  decode(*spm, ids);
  decode(*spm, spm->encode(text));
}

}  // namespace
}  // namespace byeol::model

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  byeol::model::check(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
