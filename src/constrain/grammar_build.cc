// What a grammar must be to be followed: lengths, dead ends, left recursion.
#include <algorithm>
#include <queue>
#include <utility>

#include "constrain/grammar.h"

namespace byeol::constrain {
namespace {

// A shortest text beyond this fits in no answer.
constexpr std::int64_t kLongest = 1 << 16;
// Where names are kept apart: the way to the end is then found anew with each token.
constexpr std::int64_t kLongestWithNames = 1 << 12;
constexpr std::int64_t kUnknown = -1;

Error refusal(std::string sentence) {
  return Error{ErrorCode::kInvalidArgument, std::move(sentence)};
}

std::size_t index(NodeId id) {
  return static_cast<std::size_t>(id);
}

// Each sum stays far below an overflow.
std::int64_t limited(std::int64_t bytes) {
  return std::min(bytes, 2 * kLongest);
}

std::vector<NodeId> reachable(const std::vector<Node>& nodes, NodeId root) {
  std::vector<NodeId> found{root};
  std::vector<bool> seen(nodes.size());
  seen[index(root)] = true;
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const NodeId child : nodes[index(found[i])].children)
      if (!seen[index(child)]) {
        seen[index(child)] = true;
        found.push_back(child);
      }
  return found;
}

// What `node` needs at least, once all that it must have of its children is known; a choice asks
// again for each of them.
std::int64_t shortest(const Node& node, const std::vector<std::int64_t>& of) {
  switch (node.kind) {
    case NodeKind::kEmpty:
      return 0;
    case NodeKind::kText:
      return limited(static_cast<std::int64_t>(node.text.size()));
    case NodeKind::kRegular:
      return limited(node.automaton->bytes_to_end(0));
    case NodeKind::kToken:
      return 1;
    case NodeKind::kRule:
      return of[index(node.children[0])];
    case NodeKind::kRepeat:
      return node.min == 0 ? 0 : limited(node.min * of[index(node.children[0])]);
    case NodeKind::kSequence: {
      std::int64_t sum = 0;
      for (const NodeId child : node.children) sum = limited(sum + of[index(child)]);
      return sum;
    }
    case NodeKind::kChoice: {
      std::int64_t least = kUnknown;
      for (const NodeId child : node.children) {
        const std::int64_t bytes = of[index(child)];
        if (bytes != kUnknown && (least == kUnknown || bytes < least)) least = bytes;
      }
      return least;
    }
  }
  return kUnknown;
}

// The shortest text of each node, kUnknown where there is none: Knuth's generalisation of
// Dijkstra's algorithm. A node is settled when nothing shorter is left.
std::vector<std::int64_t> shortest_texts(const std::vector<Node>& nodes,
                                         const std::vector<NodeId>& used) {
  std::vector<std::int64_t> result(nodes.size(), kUnknown);
  std::vector<std::vector<NodeId>> parents(nodes.size());
  std::vector<std::size_t> missing(nodes.size());
  using Entry = std::pair<std::int64_t, NodeId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
  for (const NodeId id : used) {
    const Node& node = nodes[index(id)];
    const bool leaf = node.children.empty() && node.kind != NodeKind::kChoice;
    if (leaf || (node.kind == NodeKind::kRepeat && node.min == 0))
      next.emplace(shortest(node, result), id);
    missing[index(id)] = node.kind == NodeKind::kChoice ? 1 : node.children.size();
    for (const NodeId child : node.children) parents[index(child)].push_back(id);
  }
  while (!next.empty()) {
    const auto [bytes, id] = next.top();
    next.pop();
    if (result[index(id)] != kUnknown) continue;
    result[index(id)] = bytes;
    for (const NodeId parent : parents[index(id)]) {
      if (result[index(parent)] != kUnknown) continue;
      if (nodes[index(parent)].kind == NodeKind::kChoice)
        next.emplace(bytes, parent);  // Not less than what was settled before.
      else if (--missing[index(parent)] == 0)
        next.emplace(shortest(nodes[index(parent)], result), parent);
    }
  }
  return result;
}

// The nodes that `node` may begin with.
std::vector<NodeId> first_of(const std::vector<Node>& nodes, const Node& node) {
  if (node.kind != NodeKind::kSequence) return node.children;
  std::size_t count = 0;
  while (count < node.children.size() && nodes[index(node.children[count++])].nullable) {
  }
  return {node.children.begin(), node.children.begin() + static_cast<std::ptrdiff_t>(count)};
}

// A rule that may begin with itself; -1: none.
NodeId left_recursive(const std::vector<Node>& nodes) {
  enum : std::uint8_t { kNew, kOpen, kDone };
  struct Visit {
    NodeId node;
    std::vector<NodeId> first;
    std::size_t next = 0;
  };
  std::vector<std::uint8_t> state(nodes.size(), kNew);
  for (std::size_t start = 0; start < nodes.size(); ++start) {
    if (state[start] != kNew) continue;
    std::vector<Visit> path;
    const auto enter = [&](NodeId id) {
      state[index(id)] = kOpen;
      path.push_back({id, first_of(nodes, nodes[index(id)])});
    };
    enter(static_cast<NodeId>(start));
    while (!path.empty()) {
      Visit& top = path.back();
      if (top.next == top.first.size()) {
        state[index(top.node)] = kDone;
        path.pop_back();
        continue;
      }
      const NodeId child = top.first[top.next++];
      if (state[index(child)] == kNew) {
        enter(child);
      } else if (state[index(child)] == kOpen) {
        // Only a rule closes a circle: one is between here and there.
        while (nodes[index(path.back().node)].kind != NodeKind::kRule) path.pop_back();
        return path.back().node;
      }
    }
  }
  return -1;
}

}  // namespace

Result<std::shared_ptr<const Grammar>> GrammarBuilder::build(NodeId root) {
  if (error_) return *error_;
  const std::vector<NodeId> all = reachable(nodes_, root);
  for (const NodeId id : all)
    if (node(id).kind == NodeKind::kRule && node(id).children.empty())
      return refusal("the rule \"" + rule_names_[index(id)] + "\" is not defined");
  const std::vector<std::int64_t> bytes = shortest_texts(nodes_, all);
  if (bytes[index(root)] == kUnknown)
    return refusal("no text meets the constraint: nothing can be written");
  if (bytes[index(root)] > kLongest)
    return refusal("the shortest text that meets the constraint is longer than " +
                   std::to_string(kLongest) + " bytes");

  const bool keeps_names_apart =
      std::ranges::any_of(all, [&](NodeId id) { return node(id).mark == RuleMark::kDistinct; });
  if (keeps_names_apart &&
      std::ranges::any_of(all, [&](NodeId id) { return bytes[index(id)] > kLongestWithNames; }))
    return refusal("a value takes more than " + std::to_string(kLongestWithNames) +
                   " bytes at least, the limit where properties of any name are counted");

  // Without what has no text, or only too long ones; then without what nobody refers to any more.
  std::vector<Node> alive = nodes_;
  for (std::size_t i = 0; i < alive.size(); ++i) {
    Node& node = alive[i];
    node.bytes_min = bytes[i];
    node.nullable = bytes[i] == 0;
    const auto dead = [&](NodeId child) {
      return bytes[index(child)] == kUnknown || bytes[index(child)] > kLongest;
    };
    if (node.kind == NodeKind::kChoice) std::erase_if(node.children, dead);
    if (node.kind != NodeKind::kRepeat) continue;
    const NodeId child = node.children[0];
    if (node.min == 0 && dead(child)) {
      node.kind = NodeKind::kEmpty;
      node.children.clear();
    } else if (bytes[index(child)] == 0) {
      node.min = 0;  // The empty text as often as one likes.
    }
  }
  std::vector<NodeId> new_id(alive.size(), -1);
  const std::vector<NodeId> kept = reachable(alive, root);
  for (std::size_t i = 0; i < kept.size(); ++i) new_id[index(kept[i])] = static_cast<NodeId>(i);
  auto grammar = std::make_shared<Grammar>();
  grammar->root_ = 0;
  grammar->has_distinct_names_ = keeps_names_apart;
  for (const NodeId id : kept) {
    grammar->nodes_.push_back(std::move(alive[index(id)]));
    for (NodeId& child : grammar->nodes_.back().children) child = new_id[index(child)];
  }
  if (const NodeId rule = left_recursive(grammar->nodes_); rule >= 0)
    return refusal("the rule \"" + rule_names_[index(kept[index(rule)])] +
                   "\" is left recursive: it may begin with itself");
  return std::shared_ptr<const Grammar>(std::move(grammar));
}

}  // namespace byeol::constrain
