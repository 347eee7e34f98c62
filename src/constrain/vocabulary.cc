#include "constrain/vocabulary.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "base/utf8.h"
#include "constrain/trie.h"

namespace byeol::constrain {
namespace {

constexpr std::int64_t kNotPlain = -1;

// Characters, where all of them are plain; else kNotPlain.
std::int64_t plain_length(std::string_view bytes) {
  std::int64_t count = 0;
  while (!bytes.empty()) {
    const utf8::Decoded first = utf8::decode(bytes);
    if (!first.valid || first.code_point < 0x20 || first.code_point == '"' ||
        first.code_point == '\\')
      return kNotPlain;
    bytes.remove_prefix(first.bytes);
    ++count;
  }
  return count;
}

}  // namespace

struct Vocabulary::Tables {
  VocabularyOptions options;
  std::vector<bool> is_end;
  Trie trie, not_plain;
  std::vector<Below> below;
  std::vector<TokenId> in_order, quoted;
  std::unordered_map<TokenId, std::vector<TokenId>> same;
  std::vector<std::vector<TokenId>> groups;  // Tokens with the same bytes, the first one first.
  // Bitmaps for the lengths in characters that there are, ascending; [0] is the empty one.
  std::vector<std::int64_t> lengths{0};
  std::vector<TokenSet> plain;
  std::array<std::int32_t, 256> roots;  // The nodes of first bytes; -1: no token has it.
  bool has_usual_bytes = false;
};

std::shared_ptr<const Vocabulary> Vocabulary::make(VocabularyOptions options) {
  auto tables = std::make_unique<Tables>();
  const auto size = static_cast<TokenId>(options.token_bytes.size());
  tables->is_end.resize(static_cast<std::size_t>(size));
  std::erase_if(options.end_tokens, [&](TokenId token) { return token < 0 || token >= size; });
  for (const TokenId token : options.end_tokens) {
    tables->is_end[static_cast<std::size_t>(token)] = true;
    options.token_bytes[static_cast<std::size_t>(token)].clear();  // It ends; it is never text.
  }
  tables->options = std::move(options);

  std::vector<TokenText> texts;
  for (TokenId token = 0; token < size; ++token) {
    const std::string& bytes = tables->options.token_bytes[static_cast<std::size_t>(token)];
    if (!bytes.empty() && bytes.size() <= kLongestToken) texts.push_back({bytes, token});
    if (bytes.find('"') != std::string::npos) tables->quoted.push_back(token);
  }
  std::ranges::sort(texts, [](const TokenText& a, const TokenText& b) {
    return a.bytes != b.bytes ? a.bytes < b.bytes : a.token < b.token;
  });
  std::map<std::int64_t, std::vector<TokenId>> by_length;
  std::vector<TokenText> unique, not_plain;
  for (const TokenText& text : texts) {
    const std::int64_t length = plain_length(text.bytes);
    if (length != kNotPlain) by_length[length].push_back(text.token);
    if (!unique.empty() && unique.back().bytes == text.bytes) {
      const TokenId first = unique.back().token;
      if (tables->groups.empty() || tables->groups.back()[0] != first)
        tables->groups.push_back({first});
      tables->groups.back().push_back(text.token);
      continue;
    }
    unique.push_back(text);
    if (length == kNotPlain) not_plain.push_back(text);
  }
  for (const auto& group : tables->groups)
    for (const TokenId token : group)
      for (const TokenId other : group)
        if (other != token) tables->same[token].push_back(other);
  tables->trie = trie_of(unique);
  tables->below = below_of(tables->trie);
  tables->in_order = tokens_of(tables->trie);
  tables->not_plain = trie_of(not_plain);
  tables->roots.fill(-1);
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(tables->trie.size());) {
    const TrieNode& node = tables->trie[static_cast<std::size_t>(at)];
    tables->roots[node.byte] = at;
    at = node.after;
  }
  tables->has_usual_bytes = true;
  for (int byte = 0; byte < 0xf1; ++byte) {
    const bool control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    if (control || byte == 0x7f || byte == 0xc0 || byte == 0xc1) continue;
    const std::int32_t at = tables->roots[static_cast<std::size_t>(byte)];
    if (at < 0 || tables->trie[static_cast<std::size_t>(at)].token < 0)
      tables->has_usual_bytes = false;
  }

  tables->plain.emplace_back(size);
  for (const auto& [length, tokens] : by_length) {
    tables->lengths.push_back(length);
    tables->plain.push_back(tables->plain.back());
    for (const TokenId token : tokens) tables->plain.back().add(token);
  }
  return std::shared_ptr<const Vocabulary>(new Vocabulary(std::move(tables)));
}

Vocabulary::Vocabulary(std::unique_ptr<const Tables> tables) : tables_(std::move(tables)) {}
Vocabulary::~Vocabulary() = default;

std::int32_t Vocabulary::size() const {
  return static_cast<std::int32_t>(tables_->options.token_bytes.size());
}

std::string_view Vocabulary::bytes(TokenId token) const {
  if (token < 0 || token >= size()) return {};
  return tables_->options.token_bytes[static_cast<std::size_t>(token)];
}

bool Vocabulary::is_end(TokenId token) const {
  return token >= 0 && token < size() && tables_->is_end[static_cast<std::size_t>(token)];
}

const std::vector<TokenId>& Vocabulary::end_tokens() const {
  return tables_->options.end_tokens;
}

std::vector<TokenId> Vocabulary::tokenize(std::string_view text) const {
  if (!tables_->options.tokenize) return {};
  return tables_->options.tokenize(text);
}

const std::vector<TokenId>& Vocabulary::same_bytes(TokenId token) const {
  static const std::vector<TokenId> none;
  const auto found = tables_->same.find(token);
  return found == tables_->same.end() ? none : found->second;
}

const std::vector<std::vector<TokenId>>& Vocabulary::groups() const {
  return tables_->groups;
}

const std::vector<TokenId>& Vocabulary::quoted() const {
  return tables_->quoted;
}

bool Vocabulary::has_usual_bytes() const {
  return tables_->has_usual_bytes;
}

const std::vector<Vocabulary::TrieNode>& Vocabulary::trie() const {
  return tables_->trie;
}

const std::vector<Vocabulary::Below>& Vocabulary::below() const {
  return tables_->below;
}

const std::vector<TokenId>& Vocabulary::in_order() const {
  return tables_->in_order;
}

const std::vector<Vocabulary::TrieNode>& Vocabulary::not_plain() const {
  return tables_->not_plain;
}

const TokenSet& Vocabulary::plain(std::int64_t characters) const {
  const auto above =
      std::ranges::upper_bound(tables_->lengths, std::max<std::int64_t>(characters, 0));
  return tables_->plain[static_cast<std::size_t>(above - tables_->lengths.begin()) - 1];
}

std::int64_t Vocabulary::longest_plain() const {
  return tables_->lengths.back();
}

std::vector<TokenId> Vocabulary::shortest_split(std::string_view bytes) const {
  // From the end: the fewest tokens for what follows, and the first of them; the longest of equals.
  constexpr std::int32_t kNoWay = -1;
  const std::size_t size = bytes.size();
  std::vector<std::int32_t> count(size + 1, kNoWay);
  std::vector<TokenId> first(size + 1, -1);
  std::vector<std::size_t> length(size + 1);
  count[size] = 0;
  const Trie& trie = tables_->trie;
  for (std::size_t from = size; from-- > 0;) {
    const std::int32_t root = tables_->roots[static_cast<std::uint8_t>(bytes[from])];
    if (root < 0) continue;
    auto at = static_cast<std::size_t>(root), end = trie.size();
    for (std::size_t to = from; to < size; ++to) {
      while (at < end && trie[at].byte != static_cast<std::uint8_t>(bytes[to]))
        at = static_cast<std::size_t>(trie[at].after);
      if (at >= end) break;
      const std::int32_t then = count[to + 1];
      if (trie[at].token >= 0 && then != kNoWay &&
          (count[from] == kNoWay || then + 1 <= count[from])) {
        count[from] = then + 1;
        first[from] = trie[at].token;
        length[from] = to + 1 - from;
      }
      end = static_cast<std::size_t>(trie[at].after);
      ++at;
    }
  }
  std::vector<TokenId> result;
  if (count[0] == kNoWay) return result;
  for (std::size_t at = 0; at < size; at += length[at]) result.push_back(first[at]);
  return result;
}

bool Vocabulary::has_longer(std::string_view bytes) const {
  if (bytes.empty()) return !tables_->trie.empty();
  const std::int32_t at = find_in(tables_->trie, bytes);
  return at >= 0 && tables_->trie[static_cast<std::size_t>(at)].after > at + 1;
}

}  // namespace byeol::constrain
