#include "constrain/automaton_tables.h"

#include <algorithm>

namespace byeol::constrain {

Automaton::Tables::Tables(std::shared_ptr<const Grammar> the_grammar)
    : grammar(std::move(the_grammar)),
      regular(*grammar),
      stacks(*grammar),
      closure(*grammar, stacks, regular),
      slots(256, -1) {
  closure.begin();
  closure.enter(grammar->root(), Stacks::kBottom);
  start = kept();
}

Automaton::State Automaton::Tables::kept() {
  closure.finish();
  work += kWorkOfStep;
  if (closure.waiting().empty() && !closure.accepts()) return kDead;
  return add(closure.waiting(), closure.accepts());
}

std::uint64_t Automaton::Tables::hash(std::span<const StackId> found, bool accepts) const {
  std::uint64_t sum = accepts ? 0x9e3779b97f4a7c15 : 0xc4ceb9fe1a85ec53;
  for (const StackId id : found) {
    sum = (sum ^ stacks[id].hash) * 0xff51afd7ed558ccd;
    sum ^= sum >> 32;
  }
  return sum;
}

Automaton::State Automaton::Tables::add(std::span<const StackId> found, bool accepts) {
  if (2 * entries.size() >= slots.size()) {
    slots.assign(2 * slots.size(), -1);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto state = static_cast<State>(i);
      std::size_t slot = hash(stacks_of(state), entries[i].accepts) & (slots.size() - 1);
      while (slots[slot] >= 0) slot = (slot + 1) & (slots.size() - 1);
      slots[slot] = state;
    }
  }
  std::size_t slot = hash(found, accepts) & (slots.size() - 1);
  for (; slots[slot] >= 0; slot = (slot + 1) & (slots.size() - 1))
    if (entry(slots[slot]).accepts == accepts && std::ranges::equal(stacks_of(slots[slot]), found))
      return slots[slot];

  work += kWorkOfState + kWorkOfLook * static_cast<std::int64_t>(found.size());
  Entry made{};
  made.first = members.size();
  made.count = static_cast<std::int32_t>(found.size());
  made.accepts = accepts;
  made.only_next = kUnknown;
  made.plain = kNotAsked;
  made.shortest = Stacks::kBottom;
  std::vector<TokenId> controls;
  for (const StackId id : found) {
    const Stack& stack = stacks[id];
    const Node& node = grammar->node(stack.node);
    if (node.kind == NodeKind::kText)
      made.bytes.add(static_cast<std::uint8_t>(node.text[static_cast<std::size_t>(stack.place)]));
    else if (node.kind == NodeKind::kRegular)
      made.bytes |= regular.bytes(stack.node, stack.place);
    else
      controls.push_back(node.token);
    made.place.in_object = made.place.in_object || stack.in_object;
    made.place.in_name = made.place.in_name || stack.in_name;
    if (!accepts && (made.shortest == Stacks::kBottom || stack.rest < stacks[made.shortest].rest))
      made.shortest = id;
  }
  made.bytes_count = made.bytes.count();
  if (!controls.empty()) {
    std::ranges::sort(controls);
    controls.erase(std::ranges::unique(controls).begin(), controls.end());
    made.controls = static_cast<std::int32_t>(control_lists.size());
    control_lists.push_back(std::move(controls));
  }
  members.insert(members.end(), found.begin(), found.end());
  entries.push_back(std::move(made));
  slots[slot] = static_cast<State>(entries.size() - 1);
  return slots[slot];
}

Automaton::State Automaton::Tables::step(State from, std::uint8_t byte) {
  closure.begin();
  work += kWorkOfLook * entry(from).count;
  for (const StackId id : stacks_of(from)) {
    const StackId below = stacks[id].below;
    const NodeId at = stacks[id].node;
    const std::int32_t place = stacks[id].place;
    const Node& node = grammar->node(at);
    if (node.kind == NodeKind::kText) {
      const auto offset = static_cast<std::size_t>(place);
      if (static_cast<std::uint8_t>(node.text[offset]) != byte) continue;
      if (offset + 1 < node.text.size())
        closure.keep(stacks.push(below, at, place + 1));
      else
        closure.leave(below);
    } else if (node.kind == NodeKind::kRegular) {
      const std::int32_t to = node.automaton->next(place, byte);
      if (to == ByteAutomaton::kDead) continue;
      if (node.automaton->accepts(to)) closure.leave(below);
      if (regular.goes_on(at, to)) closure.keep(stacks.push(below, at, to));
    }
  }
  return kept();
}

Automaton::State Automaton::Tables::step_token(State from, TokenId control) {
  closure.begin();
  for (const StackId id : stacks_of(from))
    if (grammar->node(stacks[id].node).token == control) closure.leave(stacks[id].below);
  return kept();
}

Automaton::State Automaton::Tables::behind(StackId below) {
  closure.begin();
  closure.leave(below);
  return kept();
}

}  // namespace byeol::constrain
