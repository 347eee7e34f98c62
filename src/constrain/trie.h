// The texts of tokens as a trie in depth-first order: a subtree is a range of it.
//
// Errors: none. Threads: pure.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "constrain/vocabulary.h"

namespace byeol::constrain {

using Trie = std::vector<Vocabulary::TrieNode>;
struct TokenText {
  std::string_view bytes;  // Not empty; no more than kLongestToken.
  TokenId token;
};
inline constexpr std::size_t kLongestToken = 255;

// `texts` in ascending order, each once.
Trie trie_of(const std::vector<TokenText>& texts);
// The node of the last byte of a text (not empty); -1: no token begins with it.
std::int32_t find_in(const Trie& trie, std::string_view bytes);

// One more than there are nodes: the last one's tokens_before is the number of tokens.
std::vector<Vocabulary::Below> below_of(const Trie& trie);
// The tokens of a trie in its order.
std::vector<TokenId> tokens_of(const Trie& trie);

}  // namespace byeol::constrain
