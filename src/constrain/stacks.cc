#include "constrain/stacks.h"

#include <algorithm>

namespace byeol::constrain {
namespace {

std::uint64_t mixed(std::uint64_t below, NodeId node, std::int32_t place) {
  const std::uint64_t top = static_cast<std::uint64_t>(static_cast<std::uint32_t>(node)) << 32 |
                            static_cast<std::uint32_t>(place);
  std::uint64_t hash = (below ^ 0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 32 ^ top) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 29;
}

}  // namespace

Stacks::Stacks(const Grammar& grammar)
    : grammar_(grammar), tails_begin_(grammar.size()), slots_(256, -1) {
  for (std::size_t i = 0; i < grammar.size(); ++i) {
    const Node& node = grammar.node(static_cast<NodeId>(i));
    if (node.kind != NodeKind::kSequence) continue;
    tails_begin_[i] = tails_.size();
    tails_.resize(tails_.size() + node.children.size() + 1);
    std::int64_t sum = 0;
    for (std::size_t child = node.children.size(); child-- > 0;) {
      sum += grammar.node(node.children[child]).bytes_min;
      tails_[tails_begin_[i] + child] = sum;
    }
  }
  stacks_.push_back({-1, -1, 0, 0, 0, false, false});  // The bottom, which is in no slot.
}

std::int64_t Stacks::left_of(NodeId id, std::int32_t place) const {
  const Node& node = grammar_.node(id);
  switch (node.kind) {
    case NodeKind::kText:
      return static_cast<std::int64_t>(node.text.size()) - place;
    case NodeKind::kRegular:
      return node.automaton->bytes_to_end(place);
    case NodeKind::kSequence:
      return tails_[tails_begin_[static_cast<std::size_t>(id)] + static_cast<std::size_t>(place)];
    case NodeKind::kRepeat:
      return std::max<std::int64_t>(node.min - place, 0) *
             grammar_.node(node.children[0]).bytes_min;
    case NodeKind::kRule:
      return 0;
    default:
      return node.bytes_min;
  }
}

StackId Stacks::push(StackId below, NodeId node, std::int32_t place) {
  if (2 * stacks_.size() > slots_.size()) grow();
  const Stack& under = (*this)[below];
  const std::uint64_t hash = mixed(under.hash, node, place);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] >= 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const Stack& other = (*this)[slots_[slot]];
    if (other.below == below && other.node == node && other.place == place) return slots_[slot];
  }
  const auto id = static_cast<StackId>(stacks_.size());
  slots_[slot] = id;
  const std::int64_t rest = under.rest + left_of(node, place);
  const RuleMark mark = grammar_.node(node).mark;
  stacks_.push_back({below, node, place, rest, hash, under.in_object || mark == RuleMark::kDistinct,
                     under.in_name || mark == RuleMark::kName});
  return id;
}

void Stacks::grow() {
  slots_.assign(2 * slots_.size(), -1);
  for (std::size_t id = 1; id < stacks_.size(); ++id) {
    std::size_t slot = stacks_[id].hash & (slots_.size() - 1);
    while (slots_[slot] >= 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<StackId>(id);
  }
}

}  // namespace byeol::constrain
