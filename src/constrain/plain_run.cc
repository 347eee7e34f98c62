// How many plain characters a state takes: those of a regular piece, as often as the piece is
// repeated, and of what follows it where it is over for certain. So a string of 4 to 40 characters,
// which is a character that is repeated, is seen as a run of them.
#include <algorithm>

#include "constrain/automaton_tables.h"

namespace byeol::constrain {
namespace {

// A guard: pieces that follow one another without an end.
constexpr std::int32_t kMostDepth = 32;

std::int64_t sum(std::int64_t a, std::int64_t b) {
  return a == kUnlimited || b == kUnlimited ? kUnlimited : a + b;
}

}  // namespace

bool Automaton::Tables::stack_begins_plain(StackId id) {
  const Stack& stack = stacks[id];
  const Node& node = grammar->node(stack.node);
  if (node.kind == NodeKind::kText)
    return plain_starts().has(
        static_cast<std::uint8_t>(node.text[static_cast<std::size_t>(stack.place)]));
  return node.kind == NodeKind::kRegular &&
         regular.bytes(stack.node, stack.place).meets(plain_starts());
}

bool Automaton::Tables::begins_plain(State state) const {
  return state != kDead && entry(state).bytes.meets(plain_starts());
}

// `run`, and then what follows a piece that is over.
Automaton::Tables::PlainRun Automaton::Tables::plain_behind(PlainRun run, StackId below,
                                                            bool may_be_earlier) {
  const State after = behind(below);
  if (!begins_plain(after)) return run;
  if (may_be_earlier) return {run.characters, false};
  if (entry(after).plain == kNotAsked && plain_depth < kMostDepth) find_plain(after);
  if (entry(after).plain == kNotAsked) return {run.characters, false};
  return {sum(run.characters, entry(after).plain), run.alone && entry(after).plain_alone};
}

Automaton::Tables::PlainRun Automaton::Tables::plain_run(StackId id) {
  const Stack top = stacks[id];
  if (grammar->node(top.node).kind != NodeKind::kRegular) return {};
  const RegularFacts::Plain piece = regular.plain(top.node, top.place);
  if (piece.characters <= 0 || piece.characters >= RegularFacts::kEnough)
    return {piece.characters, false};
  const bool goes_on = regular.bytes(top.node, piece.end).meets(plain_starts());
  const bool is_over = !regular.goes_on(top.node, piece.end);
  if (!is_over) {
    const PlainRun run{piece.characters, !goes_on};
    return piece.accepts ? plain_behind(run, top.below, true) : run;
  }
  if (piece.characters > 1) return plain_behind({piece.characters, true}, top.below, piece.accepts);
  const Node* const around = top.below == Stacks::kBottom || top.place != 0
                                 ? nullptr
                                 : &grammar->node(stacks[top.below].node);
  if (around == nullptr || around->kind != NodeKind::kRepeat || around->children[0] != top.node)
    return plain_behind({1, true}, top.below, false);
  if (around->max == kUnlimited) return {kUnlimited, false};
  const Stack repeat = stacks[top.below];
  return plain_behind({1 + around->max - repeat.place, true}, repeat.below,
                      around->min < around->max);
}

void Automaton::Tables::find_plain(State state) {
  // Meanwhile, for whoever comes back here: none for certain.
  entry(state).plain = 0;
  ++plain_depth;
  const std::vector<StackId> all(stacks_of(state).begin(), stacks_of(state).end());
  PlainRun best;
  StackId best_stack = Stacks::kBottom;
  for (const StackId id : all) {
    const PlainRun run = plain_run(id);
    const bool more = run.characters > best.characters || run.characters == kUnlimited;
    if (!more) continue;
    best = run;
    best_stack = id;
    if (best.characters == kUnlimited) break;
  }
  if (best.alone)
    best.alone = std::ranges::none_of(
        all, [&](StackId id) { return id != best_stack && stack_begins_plain(id); });
  --plain_depth;
  entry(state).plain = best.characters;
  entry(state).plain_alone = best.alone;
}

}  // namespace byeol::constrain
