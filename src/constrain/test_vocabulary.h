// Small vocabularies and automata for tests, and a slow but plain judge of what a grammar takes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "constrain/constraint.h"
#include "constrain/grammar.h"
#include "constrain/vocabulary.h"

namespace byeol::constrain::testing {

// Texts become tokens 0, 1, …; the last is the end token. tokenize() takes the longest that fits.
inline std::shared_ptr<const Vocabulary> vocabulary_of(std::vector<std::string> texts) {
  VocabularyOptions options;
  options.token_bytes = texts;
  options.token_bytes.emplace_back();
  options.end_tokens = {static_cast<TokenId>(texts.size())};
  options.tokenize = [texts](std::string_view text) {
    std::vector<TokenId> result;
    while (!text.empty()) {
      TokenId best = -1;
      for (std::size_t i = 0; i < texts.size(); ++i)
        if (!texts[i].empty() && text.starts_with(texts[i]) &&
            (best < 0 || texts[i].size() > texts[static_cast<std::size_t>(best)].size()))
          best = static_cast<TokenId>(i);
      if (best < 0) return std::vector<TokenId>{};
      result.push_back(best);
      text.remove_prefix(texts[static_cast<std::size_t>(best)].size());
    }
    return result;
  };
  return Vocabulary::make(std::move(options));
}

// All bytes, then `more`.
inline std::shared_ptr<const Vocabulary> bytes_and(const std::vector<std::string>& more) {
  std::vector<std::string> texts;
  for (int byte = 0; byte < 256; ++byte) texts.emplace_back(1, static_cast<char>(byte));
  texts.insert(texts.end(), more.begin(), more.end());
  return vocabulary_of(std::move(texts));
}

// The inside of a JSON string without escapes: plain characters in UTF-8, from `min` to `max` (-1:
// any number). State of each count, and three for the inside of characters.
inline std::shared_ptr<const ByteAutomaton> plain_text(std::int32_t min, std::int32_t max) {
  // Classes: 0 none, 1 plain ASCII, 2 continuation, 3 two, 4 three, 5 four bytes (the leads whose
  // second byte is limited are left out).
  std::array<std::uint8_t, 256> class_of{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte)
    class_of[byte] = byte == '"' || byte == '\\' ? 0 : 1;
  for (std::size_t byte = 0x80; byte < 0xc0; ++byte) class_of[byte] = 2;
  for (std::size_t byte = 0xc2; byte < 0xf5; ++byte) class_of[byte] = 3;
  std::array<std::uint8_t, 256> classes = class_of;
  // E0, ED, F0, F4 have classes of their own for their second byte's sake.
  for (std::size_t byte = 0xe0; byte < 0xf0; ++byte) classes[byte] = 4;
  for (std::size_t byte = 0xf0; byte < 0xf5; ++byte) classes[byte] = 5;
  classes[0xe0] = 6, classes[0xed] = 7, classes[0xf0] = 8, classes[0xf4] = 9;
  for (std::size_t byte = 0x90; byte < 0xa0; ++byte) classes[byte] = 10;
  for (std::size_t byte = 0xa0; byte < 0xc0; ++byte) classes[byte] = 11;
  constexpr std::int32_t kClasses = 12;
  const std::int32_t counts = max < 0 ? min + 1 : max + 1;
  // Per count: whole, 1 to 3 bytes missing, four special ones; but nothing follows the last count.
  const std::int32_t states = max < 0 ? counts * 8 : (counts - 1) * 8 + 1;
  std::vector<std::int32_t> next(static_cast<std::size_t>(states * kClasses), -1);
  std::vector<bool> accepting(static_cast<std::size_t>(states));
  const auto set = [&](std::int32_t from, std::int32_t cls, std::int32_t to) {
    next[static_cast<std::size_t>(from * kClasses + cls)] = to;
  };
  const auto tail = [&](std::int32_t from, std::int32_t to) {
    for (const std::int32_t cls : {2, 10, 11}) set(from, cls, to);
  };
  for (std::int32_t count = 0; count < counts; ++count) {
    const std::int32_t at = count * 8;
    accepting[static_cast<std::size_t>(at)] = count >= min;
    const std::int32_t after = count + 1 < counts ? at + 8 : max < 0 ? at : -1;
    if (after < 0) continue;
    set(at, 1, after), set(at, 3, at + 1), set(at, 4, at + 2), set(at, 5, at + 3);
    set(at, 6, at + 4), set(at, 7, at + 5), set(at, 8, at + 6), set(at, 9, at + 7);
    tail(at + 1, after), tail(at + 2, at + 1), tail(at + 3, at + 2);
    set(at + 4, 11, at + 1), set(at + 5, 2, at + 1), set(at + 5, 10, at + 1);
    set(at + 6, 10, at + 2), set(at + 6, 11, at + 2), set(at + 7, 2, at + 2);
  }
  return std::make_shared<ByteAutomaton>(classes, kClasses, std::move(next), std::move(accepting));
}

// What follows a place, by a list of all derivations: exponential, and easy to believe.
class Judge {
 public:
  explicit Judge(const Grammar& grammar) : grammar_(grammar) {}

  // The ends of all texts of a node that are a beginning of text[from…]; `begun` is set where one
  // more of them goes on behind the end of `text`.
  std::set<std::size_t> ends(NodeId id, const std::string& text, std::size_t from, bool& begun) {
    const Node& node = grammar_.node(id);
    std::set<std::size_t> result;
    switch (node.kind) {
      case NodeKind::kEmpty:
        result.insert(from);
        break;
      case NodeKind::kToken:
        break;
      case NodeKind::kText: {
        const std::string_view rest = std::string_view(text).substr(from);
        if (rest.starts_with(node.text))
          result.insert(from + node.text.size());
        else if (node.text.starts_with(rest))
          begun = true;
        break;
      }
      case NodeKind::kRegular: {
        std::int32_t state = 0;
        for (std::size_t at = from;; ++at) {
          if (node.automaton->accepts(state)) result.insert(at);
          if (at == text.size()) {
            if (!node.automaton->accepts(state)) begun = true;
            for (int byte = 0; byte < 256; ++byte)
              begun = begun || node.automaton->next(state, static_cast<std::uint8_t>(byte)) >= 0;
            break;
          }
          state = node.automaton->next(state, static_cast<std::uint8_t>(text[at]));
          if (state < 0) break;
        }
        break;
      }
      case NodeKind::kSequence:
        result = {from};
        for (const NodeId child : node.children) result = all_ends(child, text, result, begun);
        break;
      case NodeKind::kChoice:
      case NodeKind::kRule:
        for (const NodeId child : node.children) result.merge(ends(child, text, from, begun));
        break;
      case NodeKind::kRepeat: {
        std::set<std::size_t> reached{from};
        std::set<std::set<std::size_t>> met;
        for (std::int64_t times = 0; !reached.empty(); ++times) {
          if (times >= node.min) {
            result.insert(reached.begin(), reached.end());
            if (!met.insert(reached).second) break;
          }
          if (times == node.max) break;
          reached = all_ends(node.children[0], text, reached, begun);
        }
        break;
      }
    }
    return result;
  }
  // Whether a text of the grammar begins with `text`; whether `text` is one.
  bool can_begin(const std::string& text) {
    bool begun = false;
    return ends(grammar_.root(), text, 0, begun).contains(text.size()) || begun;
  }
  bool is_whole(const std::string& text) {
    bool begun = false;
    return ends(grammar_.root(), text, 0, begun).contains(text.size());
  }

 private:
  std::set<std::size_t> all_ends(NodeId id, const std::string& text,
                                 const std::set<std::size_t>& from, bool& begun) {
    std::set<std::size_t> result;
    for (const std::size_t at : from) result.merge(ends(id, text, at, begun));
    return result;
  }
  const Grammar& grammar_;
};

}  // namespace byeol::constrain::testing
