// For tests: whether a text matches a grammar, by trying everything. Slow and simple, so that it
// can be trusted beside the automaton.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "constrain/grammar.h"

namespace byeol::constrain {

class GrammarMatch {
 public:
  GrammarMatch(const Grammar& grammar, std::string_view text) : grammar_(grammar), text_(text) {}

  bool matches() { return ends(grammar_.root(), 0).contains(text_.size()); }

 private:
  using Places = std::set<std::size_t>;

  // Where a text of this node that begins at `from` may end.
  const Places& ends(NodeId id, std::size_t from) {
    const auto key = std::pair{id, from};
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    Places result = find(grammar_.node(id), from);
    return known_.emplace(key, std::move(result)).first->second;
  }

  Places after(const Places& places, NodeId child) {
    Places result;
    for (const std::size_t place : places) result.merge(Places(ends(child, place)));
    return result;
  }

  Places find(const Node& node, std::size_t from) {
    Places result = {from};
    switch (node.kind) {
      case NodeKind::kEmpty:
        return result;
      case NodeKind::kText:
        if (text_.substr(from).starts_with(node.text)) return {from + node.text.size()};
        return {};
      case NodeKind::kRegular:
        return regular(*node.automaton, from);
      case NodeKind::kToken:
        return {};
      case NodeKind::kSequence:
        for (const NodeId child : node.children) result = after(result, child);
        return result;
      case NodeKind::kChoice:
      case NodeKind::kRule:
        result.clear();
        for (const NodeId child : node.children) result.merge(Places(ends(child, from)));
        return result;
      case NodeKind::kRepeat:
        return repeat(node, from);
    }
    return {};
  }

  Places regular(const ByteAutomaton& automaton, std::size_t from) const {
    Places result;
    std::int32_t state = 0;
    for (std::size_t at = from; state != ByteAutomaton::kDead; ++at) {
      if (automaton.accepts(state)) result.insert(at);
      if (at == text_.size()) break;
      state = automaton.next(state, static_cast<std::uint8_t>(text_[at]));
    }
    return result;
  }

  Places repeat(const Node& node, std::size_t from) {
    Places result, now = {from};
    for (std::int64_t times = 0;; ++times) {
      if (times >= node.min) result.insert(now.begin(), now.end());
      if (now.empty() || times == node.max) return result;
      // Beyond the text's length only empty texts follow.
      if (times > node.min + static_cast<std::int64_t>(text_.size())) return result;
      now = after(now, node.children[0]);
    }
  }

  const Grammar& grammar_;
  std::string_view text_;
  std::map<std::pair<NodeId, std::size_t>, Places> known_;
};

inline bool matches(const Grammar& grammar, std::string_view text) {
  return GrammarMatch(grammar, text).matches();
}

}  // namespace byeol::constrain
