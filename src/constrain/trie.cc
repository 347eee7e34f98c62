#include "constrain/trie.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/utf8.h"

namespace byeol::constrain {
namespace {

// By byte of a text: the classes of all characters from there on; kBroken in the middle of one.
std::array<ByteClasses, kLongestToken> classes_from(std::string_view text) {
  std::array<ByteClasses, kLongestToken> result{};
  std::array<std::uint8_t, kLongestToken> starts;
  std::array<int, kLongestToken> kinds;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const utf8::Decoded first = utf8::decode(text.substr(at));
    const int lead = static_cast<std::uint8_t>(text[at]);
    kinds[count] = !first.valid  ? kBroken
                   : lead < 0x80 ? class_of_ascii(lead)
                                 : class_of_lead(lead);
    starts[count] = static_cast<std::uint8_t>(at);
    for (std::size_t i = 0; i < first.bytes; ++i) result[at + i] = classes_bit(kBroken);
    at += first.bytes;
  }
  ByteClasses all = 0;
  while (count-- > 0) result[starts[count]] = all |= classes_bit(kinds[count]);
  return result;
}

}  // namespace

Trie trie_of(const std::vector<TokenText>& texts) {
  Trie trie;
  std::vector<std::int32_t> path;  // The nodes of the text before.
  std::string_view before;
  const auto close = [&](std::size_t depth) {
    for (; path.size() > depth; path.pop_back())
      trie[static_cast<std::size_t>(path.back())].after = static_cast<std::int32_t>(trie.size());
  };
  for (const auto& [bytes, token] : texts) {
    const auto common = std::ranges::mismatch(before, bytes).in1 - before.begin();
    close(static_cast<std::size_t>(common));
    for (std::size_t depth = path.size(); depth < bytes.size(); ++depth) {
      path.push_back(static_cast<std::int32_t>(trie.size()));
      trie.push_back(
          {static_cast<std::uint8_t>(bytes[depth]), static_cast<std::uint8_t>(depth + 1), -1, 0});
    }
    trie.back().token = token;
    before = bytes;
  }
  close(0);
  trie.shrink_to_fit();
  return trie;
}

std::int32_t find_in(const Trie& trie, std::string_view bytes) {
  std::size_t at = 0, end = trie.size();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    while (at < end && trie[at].byte != static_cast<std::uint8_t>(bytes[i]))
      at = static_cast<std::size_t>(trie[at].after);
    if (at >= end) return -1;
    if (i + 1 == bytes.size()) return static_cast<std::int32_t>(at);
    end = static_cast<std::size_t>(trie[at].after);
    ++at;
  }
  return -1;
}

std::vector<Vocabulary::Below> below_of(const Trie& trie) {
  std::vector<Vocabulary::Below> result(trie.size() + 1);
  std::vector<std::size_t> path;
  std::string text;
  std::int32_t tokens = 0;
  for (std::size_t at = 0; at < trie.size(); ++at) {
    path.resize(trie[at].depth - std::size_t{1});
    path.push_back(at);
    text.resize(trie[at].depth - std::size_t{1});
    text += static_cast<char>(trie[at].byte);
    result[at].tokens_before = tokens;
    if (trie[at].token < 0) continue;
    ++tokens;
    const auto classes = classes_from(text);
    for (std::size_t i = 0; i < path.size(); ++i) {
      Vocabulary::Below& above = result[path[i]];
      above.classes |= classes[i];
      above.deepest = std::max(above.deepest, trie[at].depth);
    }
  }
  result.back().tokens_before = tokens;
  return result;
}

std::vector<TokenId> tokens_of(const Trie& trie) {
  std::vector<TokenId> result;
  for (const Vocabulary::TrieNode& node : trie)
    if (node.token >= 0) result.push_back(node.token);
  return result;
}

}  // namespace byeol::constrain
