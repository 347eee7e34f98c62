// The tokens of a model as the automaton sees them: bytes, in a trie. Made once a model.
//
// Plain characters: everything that a JSON string holds as it is, that is, any character but `"`,
// `\` and U+0000 to U+001F. Most tokens are made of these alone. Where a state takes any plain
// text, they are allowed by one pass over a bitmap, by their length in characters, and only the
// other tokens are looked at one by one.
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/byte_class.h"
#include "constrain/grammar.h"
#include "constrain/token_set.h"

namespace byeol::constrain {

struct VocabularyOptions {
  // By token id. Empty: a control token, or one that is never written.
  std::vector<std::string> token_bytes;
  std::vector<TokenId> end_tokens;  // Each ends an answer.
  // As the model's tokenizer would write `text` in the middle of an answer.
  std::function<std::vector<TokenId>(std::string_view text)> tokenize;
};

class Vocabulary {
 public:
  static std::shared_ptr<const Vocabulary> make(VocabularyOptions options);

  // In depth-first order, so that a dead end is skipped in one jump.
  struct TrieNode {
    std::uint8_t byte;
    std::uint8_t depth;  // 1 for a token's first byte.
    TokenId token;       // -1: no token ends here. The first of those with the same bytes.
    std::int32_t after;  // The first node that is not below this one.
  };

  // What is below a node of the trie, itself included.
  struct Below {
    ByteClasses classes;         // All characters from here on; kBroken in the middle of one.
    std::int32_t tokens_before;  // In the trie's order.
    std::uint8_t deepest;        // The depth at which the longest token ends.
  };

  std::int32_t size() const;
  std::string_view bytes(TokenId token) const;
  bool is_end(TokenId token) const;
  const std::vector<TokenId>& end_tokens() const;
  std::vector<TokenId> tokenize(std::string_view text) const;
  // Others with the same bytes as `token` (byte fallbacks and the like).
  const std::vector<TokenId>& same_bytes(TokenId token) const;
  // All tokens that are not alone with their bytes, by these; the one that the trie has first.
  const std::vector<std::vector<TokenId>>& groups() const;
  const std::vector<TokenId>& quoted() const;  // Tokens that contain a `"`.
  // Whether each byte of usual texts (without most control characters, up to U+3FFFF) is a token:
  // such a text takes no more tokens than it has bytes.
  bool has_usual_bytes() const;

  const std::vector<TrieNode>& trie() const;       // All tokens that have bytes.
  const std::vector<Below>& below() const;         // By node, and one behind the last.
  const std::vector<TokenId>& in_order() const;    // Those of the trie, in its order.
  const std::vector<TrieNode>& not_plain() const;  // Those that are not plain alone.
  // Plain tokens of at most so many characters; what is above the longest is all of them.
  const TokenSet& plain(std::int64_t characters) const;
  std::int64_t longest_plain() const;  // Characters.
  // The fewest tokens that together are these bytes, in order; empty where there is no way.
  std::vector<TokenId> shortest_split(std::string_view bytes) const;
  // Whether a token begins with these bytes and goes on.
  bool has_longer(std::string_view bytes) const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
  explicit Vocabulary(std::unique_ptr<const Tables> tables);

 public:
  ~Vocabulary();
};

}  // namespace byeol::constrain
