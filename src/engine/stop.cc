#include "engine/stop.h"

#include <cstddef>

namespace byeol::engine {

StopMatcher::StopMatcher(const std::vector<std::string>& stops) : nodes_(1) {
  for (std::size_t i = 0; i < stops.size(); ++i) {
    if (stops[i].empty()) continue;
    std::int32_t node = 0;
    for (const char byte : stops[i]) {
      std::int32_t to = child(node, byte);
      if (to == 0) {
        to = static_cast<std::int32_t>(nodes_.size());
        nodes_[static_cast<std::size_t>(node)].next.emplace_back(byte, to);
        nodes_.emplace_back().depth = nodes_[static_cast<std::size_t>(node)].depth + 1;
      }
      node = to;
    }
    Node& end = nodes_[static_cast<std::size_t>(node)];
    if (end.found < 0) end.found = static_cast<std::int32_t>(i);
    end.found_bytes = end.depth;
  }
  // Breadth first, so that a shorter suffix is complete before it is needed.
  std::vector<std::int32_t> queue{0};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::int32_t parent = queue[i];
    for (const auto& [byte, node] : nodes_[static_cast<std::size_t>(parent)].next) {
      queue.push_back(node);
      Node& current = nodes_[static_cast<std::size_t>(node)];
      if (parent != 0)
        current.failure = advance(nodes_[static_cast<std::size_t>(parent)].failure, byte);
      const Node& suffix = nodes_[static_cast<std::size_t>(current.failure)];
      if (current.found < 0) {
        current.found = suffix.found;
        current.found_bytes = suffix.found_bytes;
      }
    }
  }
}

std::int32_t StopMatcher::child(std::int32_t node, char byte) const {
  for (const auto& [edge, to] : nodes_[static_cast<std::size_t>(node)].next)
    if (edge == byte) return to;
  return 0;
}

std::int32_t StopMatcher::advance(std::int32_t node, char byte) const {
  for (;;) {
    if (const std::int32_t to = child(node, byte)) return to;
    if (node == 0) return 0;
    node = nodes_[static_cast<std::size_t>(node)].failure;
  }
}

std::string StopMatcher::add(std::string_view text) {
  if (stopped()) return {};
  for (const char byte : text) {
    held_.push_back(byte);
    state_ = advance(state_, byte);
    const Node& node = nodes_[static_cast<std::size_t>(state_)];
    if (node.found >= 0) {
      stop_ = node.found;
      held_.resize(held_.size() - static_cast<std::size_t>(node.found_bytes));
      return std::exchange(held_, {});
    }
  }
  const auto kept = static_cast<std::size_t>(nodes_[static_cast<std::size_t>(state_)].depth);
  std::string certain = held_.substr(0, held_.size() - kept);
  held_.erase(0, certain.size());
  return certain;
}

std::string StopMatcher::finish() {
  state_ = 0;
  return std::exchange(held_, {});
}

}  // namespace byeol::engine
