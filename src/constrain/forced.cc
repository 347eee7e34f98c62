#include "constrain/forced.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "constrain/mask.h"

namespace byeol::constrain {
namespace {

// The longest token at each place; as far as there are any.
std::vector<TokenId> greedy_split(const Vocabulary& vocabulary, std::string_view text) {
  const auto& trie = vocabulary.trie();
  std::vector<TokenId> result;
  while (!text.empty()) {
    TokenId best = -1;
    std::size_t length = 0, at = 0, end = trie.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
      while (at < end && trie[at].byte != static_cast<std::uint8_t>(text[i]))
        at = static_cast<std::size_t>(trie[at].after);
      if (at >= end) break;
      if (trie[at].token >= 0) {
        best = trie[at].token;
        length = i + 1;
      }
      end = static_cast<std::size_t>(trie[at].after);
      ++at;
    }
    if (best < 0) break;
    result.push_back(best);
    text.remove_prefix(length);
  }
  return result;
}

std::vector<TokenId> split(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<TokenId> tokens = vocabulary.tokenize(text);
  std::string joined;
  for (const TokenId token : tokens) {
    if (vocabulary.bytes(token).empty()) return greedy_split(vocabulary, text);
    joined += vocabulary.bytes(token);
  }
  return joined == text ? tokens : greedy_split(vocabulary, text);
}

}  // namespace

std::vector<TokenId> forced_text(Automaton& automaton, Automaton::State state,
                                 const Vocabulary& vocabulary) {
  std::string text;
  const std::int64_t most = automaton.work() + MaskWork::kMost;
  for (int byte = automaton.only_byte(state);
       byte >= 0 && text.size() < kMostForcedBytes && automaton.work() < most;
       byte = automaton.only_byte(state)) {
    text += static_cast<char>(byte);
    state = automaton.next(state, static_cast<std::uint8_t>(byte));
  }
  if (text.empty()) return {};
  const bool cut = automaton.only_byte(state) >= 0;
  std::vector<TokenId> tokens = split(vocabulary, text);
  if (tokens.empty() || automaton.is_complete(state)) return tokens;
  if (cut || longer_may_follow(automaton, state, vocabulary, vocabulary.bytes(tokens.back())))
    tokens.pop_back();
  return tokens;
}

}  // namespace byeol::constrain
