#include "engine/prefix_tree.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "kernels/kernel_table.h"

namespace byeol::engine {
namespace {

constexpr std::int32_t kPage = kernels::kPageTokens;

std::int32_t page_of(std::int32_t position) {
  return position / kPage;
}

std::int32_t pages_before(std::int32_t position) {
  return (position + kPage - 1) / kPage;
}

}  // namespace

PrefixTree::PrefixTree(KvPool& pool) : pool_(pool) {}

PrefixTree::~PrefixTree() {
  while (evict_page()) {
  }
}

std::int32_t PrefixTree::match(std::span<const TokenId> tokens) {
  return find(tokens, nullptr).tokens;
}

std::int32_t PrefixTree::match(std::span<const TokenId> tokens, std::vector<PageId>& pages) {
  pages.clear();
  return find(tokens, &pages).tokens;
}

PrefixTree::Place PrefixTree::find(std::span<const TokenId> tokens, std::vector<PageId>* pages) {
  Place place{&root_, 0};
  while (static_cast<std::size_t>(place.tokens) < tokens.size()) {
    const auto rest = tokens.subspan(static_cast<std::size_t>(place.tokens));
    const auto child = place.node->children.find(rest.front());
    if (child == place.node->children.end()) break;
    Node& node = *child->second;
    const auto differs = std::ranges::mismatch(node.tokens, rest).in1;
    place = {&node, node.first + static_cast<std::int32_t>(differs - node.tokens.begin())};
    if (pages != nullptr) {
      // A page that a node shares with its parent holds the parent's tokens, too.
      pages->resize(static_cast<std::size_t>(page_of(node.first)));
      const auto count = pages_before(place.tokens) - page_of(node.first);
      pages->insert(pages->end(), node.pages.begin(), node.pages.begin() + count);
    }
    use(node);
    if (place.tokens < node.end()) break;
  }
  return place;
}

void PrefixTree::use(Node& node) {
  const bool is_leaf = node.children.empty() && &node != &root_;
  if (is_leaf) leaves_.erase(node.used);
  node.used = ++clock_;
  if (is_leaf) leaves_.emplace(node.used, &node);
}

void PrefixTree::keep(std::span<const TokenId> tokens, std::span<const PageId> pages) {
  const Place place = find(tokens, nullptr);
  if (static_cast<std::size_t>(place.tokens) == tokens.size()) return;
  if (place.node != &root_ && place.tokens < place.node->end()) split(*place.node, place.tokens);
  add_child(*place.node, tokens.subspan(static_cast<std::size_t>(place.tokens)),
            pages.subspan(static_cast<std::size_t>(page_of(place.tokens))));
}

void PrefixTree::add_child(Node& parent, std::span<const TokenId> tokens,
                           std::span<const PageId> pages) {
  if (parent.children.empty()) leaves_.erase(parent.used);
  auto child = std::make_unique<Node>();
  child->parent = &parent;
  child->first = &parent == &root_ ? 0 : parent.end();
  child->tokens.assign(tokens.begin(), tokens.end());
  child->pages.assign(pages.begin(),
                      pages.begin() + (pages_before(child->end()) - page_of(child->first)));
  for (const PageId page : child->pages) pool_.keep(page);
  child->used = ++clock_;
  leaves_.emplace(child->used, child.get());
  tokens_ += static_cast<std::int64_t>(tokens.size());
  ++version_;
  parent.children.emplace(tokens.front(), std::move(child));
}

// Cuts a node in two; the second half becomes the child of the first.
void PrefixTree::split(Node& node, std::int32_t position) {
  auto rest = std::make_unique<Node>();
  rest->parent = &node;
  rest->first = position;
  const auto kept_tokens = static_cast<std::size_t>(position - node.first);
  rest->tokens.assign(node.tokens.begin() + static_cast<std::ptrdiff_t>(kept_tokens),
                      node.tokens.end());
  rest->pages.assign(node.pages.begin() + (page_of(position) - page_of(node.first)),
                     node.pages.end());
  rest->children = std::move(node.children);
  for (auto& [token, child] : rest->children) child->parent = rest.get();
  rest->used = node.used;
  if (rest->children.empty()) leaves_[rest->used] = rest.get();
  // The page that the cut goes through now has two holders.
  if (position % kPage != 0) pool_.keep(rest->pages.front());
  node.tokens.resize(kept_tokens);
  node.pages.resize(static_cast<std::size_t>(pages_before(position) - page_of(node.first)));
  node.children.clear();
  node.children.emplace(rest->tokens.front(), std::move(rest));
  // A time of its own, as leaves are told apart by it.
  node.used = ++clock_;
}

// There is one. Those that are passed over are held by sequences, so they are few.
PrefixTree::Node& PrefixTree::leaf_to_cut() {
  const auto is_free_to_go = [this](const auto& leaf) {
    return pool_.is_idle(leaf.second->pages.back());
  };
  const auto found = std::ranges::find_if(leaves_, is_free_to_go);
  return *(found == leaves_.end() ? leaves_.begin() : found)->second;
}

bool PrefixTree::evict_page() {
  if (leaves_.empty()) return false;
  ++version_;
  Node& leaf = leaf_to_cut();
  pool_.let_go(leaf.pages.back());
  leaf.pages.pop_back();
  // What that page held of this leaf.
  const std::int32_t last_page = page_of(leaf.first) + static_cast<std::int32_t>(leaf.pages.size());
  const std::int32_t left = std::max(last_page * kPage - leaf.first, 0);
  tokens_ -= static_cast<std::int64_t>(leaf.tokens.size()) - left;
  leaf.tokens.resize(static_cast<std::size_t>(left));
  if (leaf.tokens.empty()) remove(leaf);
  return true;
}

void PrefixTree::remove(Node& leaf) {
  BYEOL_CHECK(leaf.pages.empty());
  leaves_.erase(leaf.used);
  Node& parent = *leaf.parent;
  const auto place = std::ranges::find_if(
      parent.children, [&leaf](const auto& child) { return child.second.get() == &leaf; });
  parent.children.erase(place);
  if (parent.children.empty() && &parent != &root_) leaves_.emplace(parent.used, &parent);
}

std::vector<PrefixTree::Run> PrefixTree::runs() const {
  std::vector<Run> runs;
  std::vector<std::pair<const Node*, std::int32_t>> open{{&root_, -1}};
  while (!open.empty()) {
    const auto [node, place] = open.back();
    open.pop_back();
    for (const auto& [token, child] : node->children) {
      open.emplace_back(child.get(), static_cast<std::int32_t>(runs.size()));
      runs.push_back({place, child->first, child->tokens, child->pages, child->used});
    }
  }
  return runs;
}

}  // namespace byeol::engine
