#include "model/tokenizer/bpe.h"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "formats/printable.h"
#include "model/tokenizer/byte_alphabet.h"
#include "model/tokenizer/lenient_utf8.h"

namespace byeol::model {
namespace {

std::size_t pair_hash(std::int32_t left, std::int32_t right) {
  const std::uint64_t both =
      std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
  const std::uint64_t code = both * 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(code ^ (code >> 29));
}

}  // namespace

Result<Bpe> Bpe::from_gguf(const formats::Gguf& file, const Vocabulary& vocabulary,
                           BpeAlphabet alphabet, bool ignore_merges) {
  BYEOL_TRY(const std::vector<std::string_view> merges, file.read_strings("tokenizer.ggml.merges"));
  Bpe bpe;
  bpe.alphabet_ = alphabet;
  bpe.ignore_merges_ = ignore_merges;
  BYEOL_TRY_OK(bpe.add_merges(merges, vocabulary));
  for (std::size_t byte = 0; byte < 256; ++byte) {
    bpe.byte_symbols_[byte] =
        bpe.known_symbol(byte_character(static_cast<std::uint8_t>(byte)), vocabulary);
    char name[8];
    std::snprintf(name, sizeof(name), "<0x%02X>", static_cast<unsigned>(byte));
    bpe.byte_tokens_[byte] = vocabulary.find(name);
  }
  return bpe;
}

std::int32_t Bpe::known_symbol(std::string_view text, const Vocabulary& vocabulary) const {
  if (const TokenId id = vocabulary.find(text); id != kNoToken) return id;
  if (extra_symbols_.empty()) return kNoToken;
  const auto it = extra_symbols_.find(std::string(text));
  return it == extra_symbols_.end() ? kNoToken : it->second;
}

std::int32_t Bpe::symbol_id(std::string_view text, const Vocabulary& vocabulary) {
  if (const std::int32_t id = known_symbol(text, vocabulary); id != kNoToken) return id;
  const auto id = static_cast<std::int32_t>(static_cast<std::size_t>(vocabulary.size()) +
                                            extra_symbols_.size());
  extra_symbols_.emplace(text, id);
  return id;
}

Status Bpe::add_merges(const std::vector<std::string_view>& merges, const Vocabulary& vocabulary) {
  if (merges.size() > (std::size_t{1} << 28))
    return Error{ErrorCode::kCorrupt, "tokenizer.ggml.merges has " + std::to_string(merges.size()) +
                                          " entries; expected fewer than 2^28"};
  pairs_.assign(std::bit_ceil(merges.size() * 2 + 2), Pair{kNoToken, kNoToken, {kNoMerge, 0}});
  const std::size_t mask = pairs_.size() - 1;
  std::string merged;
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const std::string_view line = merges[rank];
    const std::size_t space = line.find(' ', 1);  // A merge may begin with a space itself.
    if (space == std::string_view::npos || space + 1 == line.size())
      return Error{ErrorCode::kCorrupt, "tokenizer.ggml.merges[" + std::to_string(rank) + "] is '" +
                                            formats::printable(line) +
                                            "'; expected two texts with a space between them"};
    merged.assign(line.substr(0, space)).append(line.substr(space + 1));
    // Text must not merge into a control token: only the front end may find one.
    if (const TokenId id = vocabulary.find(merged);
        id != kNoToken && vocabulary.type(id) == TokenType::kControl)
      continue;
    const std::int32_t left = symbol_id(line.substr(0, space), vocabulary);
    const std::int32_t right = symbol_id(line.substr(space + 1), vocabulary);
    const Merge merge{static_cast<std::uint32_t>(rank), symbol_id(merged, vocabulary)};
    std::size_t at = pair_hash(left, right) & mask;
    while (pairs_[at].left != kNoToken && !(pairs_[at].left == left && pairs_[at].right == right))
      at = (at + 1) & mask;
    if (pairs_[at].left == kNoToken) pairs_[at] = {left, right, merge};
  }
  return ok();
}

Merge Bpe::find_merge(std::int32_t left, std::int32_t right) const {
  const std::size_t mask = pairs_.size() - 1;
  for (std::size_t at = pair_hash(left, right) & mask; pairs_[at].left != kNoToken;
       at = (at + 1) & mask)
    if (pairs_[at].left == left && pairs_[at].right == right) return pairs_[at].merge;
  return {kNoMerge, kNoToken};
}

void Bpe::spell(std::string_view word, const Vocabulary& vocabulary,
                std::vector<Symbol>& symbols) const {
  symbols.clear();
  for (std::size_t at = 0; at < word.size();) {
    std::size_t bytes = 1;
    std::int32_t id;
    if (alphabet_ == BpeAlphabet::kBytes) {
      id = byte_symbols_[static_cast<std::uint8_t>(word[at])];
    } else {
      bytes = std::min(announced_bytes(word[at]), word.size() - at);
      id = known_symbol(word.substr(at, bytes), vocabulary);
    }
    // Hugging Face leaves out a byte that the vocabulary lacks, and its neighbours may merge.
    if (id != kNoToken || alphabet_ == BpeAlphabet::kCharacters)
      symbols.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bytes), id});
    at += bytes;
  }
}

void Bpe::encode(std::string_view word, const Vocabulary& vocabulary, MergeScratch& scratch,
                 std::vector<TokenId>& ids) const {
  // Gemma 4 has tokens for runs of newlines that its merges do not lead to.
  const bool whole = ignore_merges_ || (alphabet_ == BpeAlphabet::kCharacters &&
                                        word.find_first_not_of('\n') == std::string_view::npos);
  if (whole && word.size() <= vocabulary.longest_bytes()) {
    std::string written;
    if (alphabet_ == BpeAlphabet::kBytes)
      append_written(word, written);
    else
      written = word;
    if (const TokenId id = vocabulary.find(written);
        id != kNoToken && vocabulary.type(id) != TokenType::kControl) {
      ids.push_back(id);
      return;
    }
  }
  spell(word, vocabulary, scratch.symbols);
  scratch.run([this](const Symbol& left, const Symbol& right) {
    return left.id == kNoToken || right.id == kNoToken ? Merge{kNoMerge, kNoToken}
                                                       : find_merge(left.id, right.id);
  });
  for (const Symbol& symbol : scratch.symbols) {
    if (vocabulary.contains(symbol.id)) {
      ids.push_back(symbol.id);
      continue;
    }
    // A text that only merges know: back to what its bytes have of their own.
    for (const char byte : word.substr(symbol.begin, symbol.bytes)) {
      const auto index = static_cast<std::uint8_t>(byte);
      const TokenId id =
          alphabet_ == BpeAlphabet::kBytes ? byte_symbols_[index] : byte_tokens_[index];
      if (vocabulary.contains(id)) ids.push_back(id);
    }
  }
}

}  // namespace byeol::model
