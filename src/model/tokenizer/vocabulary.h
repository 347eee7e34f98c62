// The list of tokens as a GGUF file gives it: texts, kinds, and a way back from text to id.
// Keys: tokenizer.ggml.tokens, .token_type, .scores (GGUF specification, "Tokenizer").
//
// Where two tokens have the same text, the later one is found (so do llama.cpp and Hugging Face).
// Threads: immutable once loaded. Lifetime: owns its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::model {

enum class TokenType : std::uint8_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

// Many short strings in one allocation, by number.
class StringArena {
 public:
  void reserve(std::size_t strings, std::size_t bytes);
  void add(std::string_view text);
  std::string_view operator[](std::size_t index) const {
    return std::string_view(bytes_).substr(ends_[index], ends_[index + 1] - ends_[index]);
  }
  std::size_t size() const { return ends_.size() - 1; }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_{0};
};

class Vocabulary {
 public:
  // kEscaped: converters of SPM models turn the makers' tokens "▁▁", "▁▁▁" ... into spaces; they
  // are written back as the pieces that they are, so that they merge like any other.
  enum class SpaceRuns { kAsStored, kEscaped };
  static Result<Vocabulary> from_gguf(const formats::Gguf& file, SpaceRuns space_runs);

  int size() const { return static_cast<int>(texts_.size()); }
  bool contains(std::int64_t id) const { return id >= 0 && id < size(); }
  std::string_view text(TokenId id) const { return texts_[static_cast<std::size_t>(id)]; }
  TokenType type(TokenId id) const { return types_[static_cast<std::size_t>(id)]; }
  void make_control(TokenId id) { types_[static_cast<std::size_t>(id)] = TokenType::kControl; }
  TokenId find(std::string_view text) const;  // kNoToken where there is none.
  // No text longer than this has an id.
  std::size_t longest_bytes() const { return longest_bytes_; }

 private:
  void index();

  struct Slot {
    std::uint32_t tag;
    TokenId id;
  };
  StringArena texts_;
  std::vector<TokenType> types_;
  std::vector<Slot> slots_;  // Open addressing, a power of two, at most half full.
  std::size_t longest_bytes_ = 0;
};

}  // namespace byeol::model
