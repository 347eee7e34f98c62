#include "constrain/mask.h"

#include <array>

#include "constrain/trie.h"

namespace byeol::constrain {
namespace {

using State = Automaton::State;

// Follows all texts of a range of a trie, whose nodes are deeper than `depth`, from a state there.
// found(token) says whether to go on.
template <typename Found>
void follow(Automaton& automaton, State state, const Trie& trie, std::size_t begin, std::size_t end,
            std::size_t depth, MaskWork& work, const Found& found) {
  std::array<State, kLongestToken + 1> states;
  states[depth] = state;
  const std::int64_t most = automaton.work() + MaskWork::kMost;
  for (std::size_t at = begin; at < end;) {
    if (automaton.work() > most) {
      work.is_cut = true;
      return;
    }
    const Vocabulary::TrieNode& node = trie[at];
    ++work.nodes;
    const State to = automaton.next(states[node.depth - std::size_t{1}], node.byte);
    if (to == Automaton::kDead) {
      at = static_cast<std::size_t>(node.after);
      continue;
    }
    states[node.depth] = to;
    if (node.token >= 0 && !found(node.token)) return;
    ++at;
  }
}

// Adds all tokens that `state` takes. Subtrees of which it takes all, whatever they are, are added
// as a whole: most of them, where a pattern takes any letters.
void add_all(Automaton& automaton, State state, const Vocabulary& vocabulary, TokenSet& tokens,
             MaskWork& work) {
  const Trie& trie = vocabulary.trie();
  const std::vector<Vocabulary::Below>& below = vocabulary.below();
  const std::vector<TokenId>& in_order = vocabulary.in_order();
  // Below it, one by one is as cheap.
  constexpr std::int32_t kFewNodes = 8;
  struct Step {
    State state;
    Automaton::Run run;
  };
  std::array<Step, kLongestToken + 1> steps;
  steps[0] = {state, automaton.run(state)};
  const std::int64_t most = automaton.work() + MaskWork::kMost;
  for (std::size_t at = 0; at < trie.size();) {
    if (automaton.work() > most) {
      work.is_cut = true;
      return;
    }
    const Vocabulary::TrieNode& node = trie[at];
    const Step& from = steps[node.depth - std::size_t{1}];
    ++work.nodes;
    if ((below[at].classes & ~from.run.classes) == 0 &&
        (from.run.bytes == kUnlimited || below[at].deepest - node.depth + 1 <= from.run.bytes)) {
      const auto after = static_cast<std::size_t>(node.after);
      for (std::int32_t i = below[at].tokens_before; i < below[after].tokens_before; ++i)
        tokens.add(in_order[static_cast<std::size_t>(i)]);
      at = after;
      continue;
    }
    const State to = automaton.next(from.state, node.byte);
    if (to == Automaton::kDead) {
      at = static_cast<std::size_t>(node.after);
      continue;
    }
    const bool many = node.after - static_cast<std::int32_t>(at) > kFewNodes;
    steps[node.depth] = {to, to == from.state ? from.run
                             : many           ? automaton.run(to)
                                              : Automaton::Run{}};
    if (node.token >= 0) tokens.add(node.token);
    ++at;
  }
}

}  // namespace

Mask mask_of(Automaton& automaton, State state, const Vocabulary& vocabulary, MaskWork& work) {
  const std::int64_t plain = automaton.plain_characters(state);
  const bool all_plain = plain == kUnlimited || plain >= vocabulary.longest_plain();
  const bool some_plain = all_plain || (plain > 0 && automaton.is_plain_alone(state));
  Mask mask;
  if (some_plain) {
    mask.tokens = vocabulary.plain(all_plain ? vocabulary.longest_plain() : plain);
    const Trie& others = vocabulary.not_plain();
    follow(automaton, state, others, 0, others.size(), 0, work, [&](TokenId token) {
      mask.tokens.add(token);
      return true;
    });
  } else {
    mask.tokens = TokenSet(vocabulary.size());
    add_all(automaton, state, vocabulary, mask.tokens, work);
  }
  for (const std::vector<TokenId>& group : vocabulary.groups())
    if (mask.tokens.has(group[0]))
      for (const TokenId token : group) mask.tokens.add(token);
  for (const TokenId control : automaton.control_tokens(state))
    if (control >= 0 && control < vocabulary.size()) mask.tokens.add(control);
  if (automaton.accepts(state))
    for (const TokenId token : vocabulary.end_tokens()) mask.tokens.add(token);
  mask.is_whole = !work.is_cut;
  mask.count = mask.tokens.count();
  if (mask.count <= Mask::kFew) mask.few = mask.tokens.tokens();
  return mask;
}

bool longer_may_follow(Automaton& automaton, State state, const Vocabulary& vocabulary,
                       std::string_view bytes) {
  const Trie& trie = vocabulary.trie();
  const std::int32_t at = find_in(trie, bytes);
  if (at < 0) return false;
  bool result = false;
  MaskWork work;
  const auto end = static_cast<std::size_t>(trie[static_cast<std::size_t>(at)].after);
  follow(automaton, state, trie, static_cast<std::size_t>(at) + 1, end, bytes.size(), work,
         [&](TokenId) {
           result = true;
           return false;
         });
  return result || work.is_cut;
}

}  // namespace byeol::constrain
