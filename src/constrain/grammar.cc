#include "constrain/grammar.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "constrain/grammar_factor.h"

namespace byeol::constrain {
namespace {

// Longer sequences are not copied into their parents: a chain of them would cost its square.
constexpr std::size_t kCopied = 8;
// No answer has as many bytes, so that a limit above it is the same as this one.
constexpr std::int64_t kMostTimes = std::numeric_limits<std::int32_t>::max() - 1;

bool is_nothing(const Node& node) {
  return node.kind == NodeKind::kChoice && node.children.empty();
}

}  // namespace

NodeId GrammarBuilder::add(Node node) {
  if (!error_) {
    const auto units = 1 + node.children.size() + node.text.size() / 16;
    if (Status paid = budget_.spend(static_cast<std::int64_t>(units)); !paid) error_ = paid.error();
  }
  // Whatever follows an error is never built: any node will do.
  if (error_ && !nodes_.empty()) return 0;
  nodes_.push_back(std::move(node));
  rule_names_.emplace_back();
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId GrammarBuilder::empty() {
  return add({});
}

NodeId GrammarBuilder::nothing() {
  Node node;
  node.kind = NodeKind::kChoice;
  return add(std::move(node));
}

NodeId GrammarBuilder::text(std::string bytes) {
  Node node;
  node.kind = bytes.empty() ? NodeKind::kEmpty : NodeKind::kText;
  node.text = std::move(bytes);
  return add(std::move(node));
}

NodeId GrammarBuilder::regular(std::shared_ptr<const ByteAutomaton> automaton) {
  BYEOL_CHECK(automaton != nullptr && automaton->states() > 0);
  Node node;
  node.kind = NodeKind::kRegular;
  node.automaton = std::move(automaton);
  return add(std::move(node));
}

NodeId GrammarBuilder::token(TokenId control) {
  Node node;
  node.kind = NodeKind::kToken;
  node.token = control;
  return add(std::move(node));
}

NodeId GrammarBuilder::sequence(std::vector<NodeId> children) {
  if (error_) return add({});
  std::vector<NodeId> flat;
  std::string pending;  // Texts that follow one another become one.
  std::int32_t pending_parts = 0;
  const auto flush = [&] {
    if (pending_parts > 1) flat.back() = text(pending);
    pending.clear();
    pending_parts = 0;
  };
  const auto append = [&](NodeId child) {
    const Node& node = nodes_[static_cast<std::size_t>(child)];
    if (node.kind == NodeKind::kEmpty) return;
    if (node.kind != NodeKind::kText) {
      flush();
      flat.push_back(child);
      return;
    }
    if (pending_parts++ == 0) flat.push_back(child);
    pending += node.text;
  };
  for (const NodeId child : children) {
    const Node& node = nodes_[static_cast<std::size_t>(child)];
    if (is_nothing(node)) return child;
    if (node.kind == NodeKind::kSequence && node.children.size() <= kCopied) {
      const std::vector<NodeId> inner = node.children;
      for (const NodeId part : inner) append(part);
    } else {
      append(child);
    }
  }
  flush();
  if (flat.empty()) return empty();
  if (flat.size() == 1) return flat[0];
  Node node;
  node.kind = NodeKind::kSequence;
  node.children = std::move(flat);
  return add(std::move(node));
}

NodeId GrammarBuilder::choice(std::vector<NodeId> children) {
  if (error_) return add({});
  std::vector<NodeId> flat;
  for (const NodeId child : children) {
    const Node& inner = node(child);
    if (inner.kind == NodeKind::kChoice && inner.children.size() <= kCopied)
      flat.insert(flat.end(), inner.children.begin(), inner.children.end());
    else
      flat.push_back(child);
  }
  // In order of appearance, each once.
  std::vector<NodeId> sorted = flat;
  std::ranges::sort(sorted);
  std::vector<std::uint8_t> used(sorted.size());
  bool has_empty = false;
  std::erase_if(flat, [&](NodeId child) {
    if (node(child).kind == NodeKind::kEmpty) return std::exchange(has_empty, true);
    const auto at = std::ranges::lower_bound(sorted, child) - sorted.begin();
    return std::exchange(used[static_cast<std::size_t>(at)], std::uint8_t{1}) != 0;
  });
  return unfactored(factored(*this, std::move(flat)));
}

NodeId GrammarBuilder::unfactored(std::vector<NodeId> children) {
  if (children.size() == 1) return children[0];
  Node node;
  node.kind = NodeKind::kChoice;
  node.children = std::move(children);
  return add(std::move(node));
}

NodeId GrammarBuilder::repeat(NodeId child, std::int64_t min, std::int64_t max) {
  if (error_) return add({});
  min = std::max<std::int64_t>(min, 0);
  if (max != kUnlimited && max < min) return nothing();
  const Node& inner = nodes_[static_cast<std::size_t>(child)];
  if (max == 0 || inner.kind == NodeKind::kEmpty) return empty();
  if (is_nothing(inner)) return min == 0 ? empty() : child;
  if (min == 1 && max == 1) return child;
  Node node;
  node.kind = NodeKind::kRepeat;
  node.children = {child};
  node.min = std::min(min, kMostTimes);
  node.max = std::min(max, kMostTimes);
  return add(std::move(node));
}

NodeId GrammarBuilder::declare(std::string name) {
  Node node;
  node.kind = NodeKind::kRule;
  const NodeId rule = add(std::move(node));
  if (!error_) rule_names_[static_cast<std::size_t>(rule)] = std::move(name);
  return rule;
}

void GrammarBuilder::define(NodeId rule, NodeId body) {
  if (error_) return;
  Node& node = nodes_[static_cast<std::size_t>(rule)];
  BYEOL_CHECK(node.kind == NodeKind::kRule && node.children.empty());
  node.children = {body};
}

NodeId GrammarBuilder::marked(RuleMark mark, NodeId child) {
  Node node;
  node.kind = NodeKind::kRule;
  node.mark = mark;
  node.children = {child};
  return add(std::move(node));
}

}  // namespace byeol::constrain
