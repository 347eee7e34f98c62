#include "constrain/closure.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace byeol::constrain {
namespace {

constexpr std::size_t kFew = 24;

}  // namespace

std::size_t Closure::Hash::operator()(const Item& item) const {
  std::uint64_t hash = static_cast<std::uint64_t>(static_cast<std::uint32_t>(item.node)) << 32 |
                       static_cast<std::uint32_t>(item.below);
  hash = (hash ^ static_cast<std::uint32_t>(item.done)) * 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>(hash ^ hash >> 31);
}

void Closure::begin() {
  seeds_.clear();
  kept_.clear();
  accepts_ = false;
  least_ = std::numeric_limits<std::int64_t>::max();
}

void Closure::enter(NodeId node, StackId below) {
  seeds_.push_back({node, below, 0});
}

void Closure::finish() {
  if (!seeds_.empty()) {
    seed_kept_ = kept_;
    const std::int64_t least = least_;
    ordered_ = false;
    run();
    if (work_ > kMostWork || kept_.size() > kMostStacks) {
      kept_ = seed_kept_;
      least_ = least;
      accepts_ = false;
      ordered_ = true;
      run();
    }
  }
  all_work_ += static_cast<std::int64_t>(kept_.size());
  if (kept_.size() > kMostStacks) {
    std::ranges::sort(kept_, {},
                      [&](StackId id) { return std::pair(stacks_[id].rest, stacks_[id].hash); });
    kept_.erase(std::ranges::unique(kept_).begin(), kept_.end());
    if (kept_.size() > kMostStacks) kept_.resize(kMostStacks);
  }
  std::ranges::sort(kept_, {}, [&](StackId id) { return std::pair(stacks_[id].hash, id); });
  kept_.erase(std::ranges::unique(kept_).begin(), kept_.end());
}

void Closure::run() {
  open_.clear();
  met_.clear();
  if (!more_met_.empty()) more_met_.clear();
  if (!loops_met_.empty()) loops_met_.clear();
  work_ = 0;
  for (const Item& seed : seeds_) add(seed.node, seed.below, seed.done);
  while (!open_.empty()) {
    const bool much = work_ > kMostWork || kept_.size() > 2 * kMostStacks;
    if (much && (!ordered_ || least_ <= open_.front().rest)) return;
    if (ordered_) std::pop_heap(open_.begin(), open_.end());
    const Item item = open_.back();
    open_.pop_back();
    expand(item);
  }
}

// Each way once. A repetition whose child may be empty may stop at any time (its min is 0): coming
// back to it with more times done opens nothing that was not open before.
bool Closure::is_new(const Item& item) {
  if (item.node != kOver && grammar_.node(item.node).kind == NodeKind::kRepeat &&
      grammar_.node(grammar_.node(item.node).children[0]).nullable) {
    const auto key = static_cast<std::uint64_t>(static_cast<std::uint32_t>(item.node)) << 32 |
                     static_cast<std::uint32_t>(item.below);
    const auto [met, first] = loops_met_.try_emplace(key, item.done);
    if (!first && met->second <= item.done) return false;
    met->second = item.done;
    return true;
  }
  if (std::ranges::find(met_, item) != met_.end()) return false;
  if (met_.size() >= kFew) return more_met_.insert(item).second;
  met_.push_back(item);
  return true;
}

void Closure::add(NodeId node, StackId below, std::int32_t done) {
  ++work_;
  all_work_ += ordered_ ? 2 : 1;
  if (node != kOver) {
    const NodeKind kind = grammar_.node(node).kind;
    if (kind == NodeKind::kText || kind == NodeKind::kToken) {
      keep(stacks_.push(below, node, 0));
      return;
    }
  }
  Item item{node, below, done};
  if (!is_new(item)) return;
  if (ordered_) {
    item.rest = stacks_[below].rest + (node == kOver ? 0 : least_bytes(node, done));
    item.age = ++ages_;
  }
  open_.push_back(item);
  if (!ordered_) return;
  std::push_heap(open_.begin(), open_.end());
  // The empty text at once, not after exponentially many ways that are empty as well.
  if (node != kOver && grammar_.node(node).nullable) add(kOver, below, 0);
}

std::int64_t Closure::least_bytes(NodeId id, std::int32_t done) const {
  const Node& node = grammar_.node(id);
  if (node.kind != NodeKind::kRepeat) return node.bytes_min;
  return std::max<std::int64_t>(node.min - done, 0) * grammar_.node(node.children[0]).bytes_min;
}

void Closure::expand(const Item& item) {
  if (item.node == kOver) {
    if (item.below != Stacks::kBottom) {
      go_on(stacks_[item.below]);
    } else {
      accepts_ = true;
      least_ = 0;
    }
    return;
  }
  const Node& node = grammar_.node(item.node);
  switch (node.kind) {
    case NodeKind::kEmpty:
      add(kOver, item.below, 0);
      break;
    case NodeKind::kText:
    case NodeKind::kToken:
      break;  // Kept when they were met.
    case NodeKind::kRegular:
      if (node.automaton->accepts(0)) add(kOver, item.below, 0);
      if (regular_.goes_on(item.node, 0)) keep(stacks_.push(item.below, item.node, 0));
      break;
    case NodeKind::kSequence:
      next_child(item.node, item.below, 0);
      break;
    case NodeKind::kChoice:
      for (const NodeId child : node.children) add(child, item.below, 0);
      break;
    case NodeKind::kRepeat:
      repeat(item.node, item.below, item.done);
      break;
    case NodeKind::kRule:
      add(node.children[0],
          node.mark == RuleMark::kNone ? item.below : stacks_.push(item.below, item.node, 0), 0);
      break;
  }
}

void Closure::go_on(const Stack& top) {
  const auto [below, node, place] = std::tuple(top.below, top.node, top.place);
  const NodeKind kind = grammar_.node(node).kind;
  if (kind == NodeKind::kSequence)
    next_child(node, below, static_cast<std::size_t>(place));
  else if (kind == NodeKind::kRule)
    add(kOver, below, 0);
  else
    add(node, below, place);
}

// Nothing is kept below the last child: what follows the sequence follows it.
void Closure::next_child(NodeId sequence, StackId below, std::size_t child) {
  const std::vector<NodeId>& children = grammar_.node(sequence).children;
  if (child + 1 < children.size())
    below = stacks_.push(below, sequence, static_cast<std::int32_t>(child + 1));
  add(children[child], below, 0);
}

void Closure::repeat(NodeId id, StackId below, std::int32_t done) {
  const Node& node = grammar_.node(id);
  if (done >= node.min) add(kOver, below, 0);
  if (node.max == kUnlimited) {
    const auto place = static_cast<std::int32_t>(std::min<std::int64_t>(done + 1, node.min));
    add(node.children[0], stacks_.push(below, id, place), 0);
  } else if (done + 1 < node.max) {
    add(node.children[0], stacks_.push(below, id, done + 1), 0);
  } else if (done < node.max) {
    add(node.children[0], below, 0);
  }
}

}  // namespace byeol::constrain
