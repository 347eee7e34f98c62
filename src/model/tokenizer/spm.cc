#include "model/tokenizer/spm.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <string>

#include "model/tokenizer/lenient_utf8.h"

namespace byeol::model {
namespace {

constexpr std::uint32_t kMadeByHand = 0;

// Lower goes first in a merge, so the highest score gets the lowest number.
std::uint32_t priority_of(float score) {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f);  // -0 ranks like 0.
  const std::uint32_t ascending = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  return std::min(~ascending, kNoMerge - 1);
}

// A broken end counts as one character, as in llama.cpp.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  return std::min(announced_bytes(text[at]), text.size() - at);
}

std::uint32_t packed(std::string_view character) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, character.data(), character.size());
  return bytes;
}

std::size_t join_bit(std::uint32_t left, std::uint32_t right, std::size_t bits) {
  const std::uint64_t code = (std::uint64_t{left} << 32 | right) * 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(code >> 40) & (bits - 1);
}

}  // namespace

Result<Spm> Spm::from_gguf(const formats::Gguf& file, const Vocabulary& vocabulary,
                           TokenId unknown) {
  BYEOL_TRY(const std::vector<float> scores, file.read_floats("tokenizer.ggml.scores"));
  if (scores.size() != static_cast<std::size_t>(vocabulary.size()))
    return Error{ErrorCode::kCorrupt, "tokenizer.ggml.scores has " + std::to_string(scores.size()) +
                                          " entries for " + std::to_string(vocabulary.size()) +
                                          " tokens"};
  Spm spm;
  spm.priorities_.assign(scores.size(), kNoMerge);
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const TokenType type = vocabulary.type(id);
    const auto index = static_cast<std::size_t>(id);
    if (type == TokenType::kNormal || type == TokenType::kUnused)
      spm.priorities_[index] = std::max(priority_of(scores[index]), kMadeByHand + 1);
    // What the makers added by hand goes before all that was learnt; files keep no score for it.
    if (type == TokenType::kUserDefined) spm.priorities_[index] = kMadeByHand;
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof(name), "<0x%02X>", static_cast<unsigned>(byte));
    TokenId id = vocabulary.find(name);
    if (id == kNoToken) {
      const char raw = static_cast<char>(byte);
      id = vocabulary.find(std::string_view(&raw, 1));
    }
    spm.byte_tokens_[byte] = id == kNoToken ? unknown : id;
  }
  spm.learn_joins(vocabulary);
  return spm;
}

void Spm::learn_joins(const Vocabulary& vocabulary) {
  joins_.assign(kJoinBits, false);
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (priorities_[static_cast<std::size_t>(id)] == kNoMerge) continue;
    const std::string_view text = vocabulary.text(id);
    std::uint32_t left = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t bytes = character_bytes(text, at);
      const std::uint32_t right = packed(text.substr(at, bytes));
      if (at > 0) joins_[join_bit(left, right, kJoinBits)] = true;
      left = right;
      at += bytes;
    }
  }
}

void Spm::encode(std::string_view text, const Vocabulary& vocabulary, MergeScratch& scratch,
                 std::vector<TokenId>& ids) const {
  std::size_t word = 0;
  std::uint32_t left = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text, at);
    const std::uint32_t right = packed(text.substr(at, bytes));
    if (at > word && !joins_[join_bit(left, right, kJoinBits)]) {
      encode_word(text.substr(word, at - word), vocabulary, scratch, ids);
      word = at;
    }
    left = right;
    at += bytes;
  }
  if (word < text.size()) encode_word(text.substr(word), vocabulary, scratch, ids);
}

void Spm::encode_word(std::string_view word, const Vocabulary& vocabulary, MergeScratch& scratch,
                      std::vector<TokenId>& ids) const {
  scratch.symbols.clear();
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t bytes = character_bytes(word, at);
    scratch.symbols.push_back(
        {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bytes), kNoToken});
    at += bytes;
  }
  scratch.run([&](const Symbol& left, const Symbol& right) {
    const TokenId id = vocabulary.find(word.substr(left.begin, left.bytes + right.bytes));
    return Merge{id == kNoToken ? kNoMerge : priorities_[static_cast<std::size_t>(id)], id};
  });
  for (const Symbol& symbol : scratch.symbols) {
    const std::string_view text = word.substr(symbol.begin, symbol.bytes);
    const TokenId id = symbol.id == kNoToken ? vocabulary.find(text) : symbol.id;
    if (id != kNoToken && priorities_[static_cast<std::size_t>(id)] != kNoMerge) {
      ids.push_back(id);
      continue;
    }
    for (const char byte : text)
      if (const TokenId token = byte_tokens_[static_cast<std::uint8_t>(byte)]; token != kNoToken)
        ids.push_back(token);
  }
}

}  // namespace byeol::model
