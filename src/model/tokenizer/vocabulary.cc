#include "model/tokenizer/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "model/tokenizer/normalize.h"

namespace byeol::model {
namespace {

std::uint64_t mix(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15u;
  return value ^ (value >> 32);
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t state = text.size();
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t word;
  for (; left > 8; left -= 8, at += 8) {
    std::memcpy(&word, at, 8);
    state = mix(state ^ word);
  }
  word = 0;
  std::memcpy(&word, at, left);
  return mix(mix(state ^ word));
}

bool is_space_run(std::string_view text) {
  return text.size() > 1 && text.find_first_not_of(' ') == std::string_view::npos;
}

}  // namespace

void StringArena::reserve(std::size_t strings, std::size_t bytes) {
  bytes_.reserve(bytes);
  ends_.reserve(strings + 1);
}

void StringArena::add(std::string_view text) {
  bytes_ += text;
  ends_.push_back(bytes_.size());
}

Result<Vocabulary> Vocabulary::from_gguf(const formats::Gguf& file, SpaceRuns space_runs) {
  BYEOL_TRY(const std::vector<std::string_view> texts, file.read_strings("tokenizer.ggml.tokens"));
  if (texts.empty() || texts.size() > std::numeric_limits<TokenId>::max())
    return Error{ErrorCode::kCorrupt, "tokenizer.ggml.tokens has " + std::to_string(texts.size()) +
                                          " tokens; expected 1 to 2147483647"};
  std::vector<std::int64_t> types;
  if (file.has("tokenizer.ggml.token_type")) {
    BYEOL_TRY(types, file.read_ints("tokenizer.ggml.token_type"));
    if (types.size() != texts.size())
      return Error{ErrorCode::kCorrupt, "tokenizer.ggml.token_type has " +
                                            std::to_string(types.size()) + " entries for " +
                                            std::to_string(texts.size()) + " tokens"};
  }

  Vocabulary vocabulary;
  vocabulary.types_.assign(texts.size(), TokenType::kNormal);
  for (std::size_t id = 0; id < types.size(); ++id) {
    // 0 is "undefined" in files of old converters; they mean a normal token.
    if (types[id] < 0 || types[id] > 6)
      return Error{ErrorCode::kCorrupt, "tokenizer.ggml.token_type of token " + std::to_string(id) +
                                            " is " + std::to_string(types[id]) +
                                            "; expected 0 to 6"};
    if (types[id] != 0) vocabulary.types_[id] = static_cast<TokenType>(types[id]);
  }
  std::size_t bytes = 0;
  for (const std::string_view text : texts) bytes += text.size();
  vocabulary.texts_.reserve(texts.size(), bytes);
  for (std::size_t id = 0; id < texts.size(); ++id) {
    if (space_runs == SpaceRuns::kEscaped && vocabulary.types_[id] == TokenType::kUserDefined &&
        is_space_run(texts[id]))
      vocabulary.texts_.add(escape_spaces(texts[id]));
    else
      vocabulary.texts_.add(texts[id]);
    vocabulary.longest_bytes_ = std::max(vocabulary.longest_bytes_, vocabulary.texts_[id].size());
  }
  vocabulary.index();
  return vocabulary;
}

void Vocabulary::index() {
  slots_.assign(std::bit_ceil(texts_.size() * 2), Slot{0, kNoToken});
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t id = 0; id < texts_.size(); ++id) {
    const std::string_view text = texts_[id];
    if (text.empty()) continue;
    const std::uint64_t code = hash(text);
    const auto tag = static_cast<std::uint32_t>(code >> 32);
    std::size_t at = code & mask;
    while (slots_[at].id != kNoToken &&
           !(slots_[at].tag == tag && this->text(slots_[at].id) == text))
      at = (at + 1) & mask;
    slots_[at] = {tag, static_cast<TokenId>(id)};
  }
}

TokenId Vocabulary::find(std::string_view text) const {
  if (text.empty() || text.size() > longest_bytes_) return kNoToken;
  const std::size_t mask = slots_.size() - 1;
  const std::uint64_t code = hash(text);
  const auto tag = static_cast<std::uint32_t>(code >> 32);
  for (std::size_t at = code & mask; slots_[at].id != kNoToken; at = (at + 1) & mask)
    if (slots_[at].tag == tag && this->text(slots_[at].id) == text) return slots_[at].id;
  return kNoToken;
}

}  // namespace byeol::model
