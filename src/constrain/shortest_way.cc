#include "constrain/shortest_way.h"

#include <algorithm>
#include <string_view>

#include "base/check.h"

namespace byeol::constrain {
namespace {

class Way {
 public:
  explicit Way(const Grammar& grammar) : grammar_(grammar) {}

  // What is left of a node from a place in it (stacks.h) on.
  void rest_of(NodeId id, std::int32_t place) {
    const Node& node = grammar_.node(id);
    switch (node.kind) {
      case NodeKind::kText:
        write(std::string_view(node.text).substr(static_cast<std::size_t>(place)));
        break;
      case NodeKind::kRegular:
        regular(*node.automaton, place);
        break;
      case NodeKind::kSequence:
        for (auto i = static_cast<std::size_t>(place); i < node.children.size(); ++i)
          whole(node.children[i]);
        break;
      case NodeKind::kRepeat:
        for (std::int64_t i = place; i < node.min; ++i) whole(node.children[0]);
        break;
      case NodeKind::kRule:
        break;
      default:
        whole(id);
    }
  }
  std::vector<WayPart> parts() { return std::move(parts_); }

 private:
  void whole(NodeId id) {
    std::vector<NodeId> open{id};  // The last first.
    while (!open.empty()) {
      const NodeId now = open.back();
      open.pop_back();
      const Node& node = grammar_.node(now);
      if (node.nullable) continue;
      switch (node.kind) {
        case NodeKind::kEmpty:
          break;
        case NodeKind::kText:
          write(node.text);
          break;
        case NodeKind::kRegular:
          regular(*node.automaton, 0);
          break;
        case NodeKind::kToken:
          parts_.push_back({{}, node.token});
          break;
        case NodeKind::kRule:
          open.push_back(node.children[0]);
          break;
        case NodeKind::kRepeat:
          open.insert(open.end(), static_cast<std::size_t>(node.min), node.children[0]);
          break;
        case NodeKind::kSequence:
          open.insert(open.end(), node.children.rbegin(), node.children.rend());
          break;
        case NodeKind::kChoice:
          open.push_back(*std::ranges::min_element(
              node.children, {}, [&](NodeId child) { return grammar_.node(child).bytes_min; }));
          break;
      }
    }
  }

  void regular(const ByteAutomaton& automaton, std::int32_t state) {
    std::string bytes;
    while (automaton.bytes_to_end(state) > 0) {
      // From the digits on: of several ways not the one through control characters or spaces.
      std::int32_t to = ByteAutomaton::kDead;
      for (int i = 0; i < 256; ++i) {
        to = automaton.next(state, static_cast<std::uint8_t>('0' + i));
        if (to != ByteAutomaton::kDead &&
            automaton.bytes_to_end(to) == automaton.bytes_to_end(state) - 1) {
          bytes += static_cast<char>('0' + i);
          break;
        }
        to = ByteAutomaton::kDead;
      }
      BYEOL_CHECK(to != ByteAutomaton::kDead);
      state = to;
    }
    write(bytes);
  }

  void write(std::string_view bytes) {
    if (parts_.empty() || parts_.back().token >= 0) parts_.emplace_back();
    parts_.back().bytes += bytes;
  }

  const Grammar& grammar_;
  std::vector<WayPart> parts_;
};

}  // namespace

std::vector<WayPart> shortest_way_of(const Grammar& grammar, const Stacks& stacks, StackId stack) {
  Way way(grammar);
  for (; stack != Stacks::kBottom; stack = stacks[stack].below)
    way.rest_of(stacks[stack].node, stacks[stack].place);
  return way.parts();
}

}  // namespace byeol::constrain
