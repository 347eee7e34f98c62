// What sequences computed, kept for those that begin alike: a radix tree over tokens whose nodes
// hold KV pages. Matching is by the token, not by the page: a page that holds the end of one node
// and the beginning of another is held by both, and who writes into it copies it first
// (Engine::extend).
//
// When memory runs out, what was used longest ago goes first: the last page of the leaf that was
// matched or kept longest ago, and so on, so that beginnings outlive ends. A leaf whose last page a
// sequence holds, too, is passed over: giving that up would free nothing. It goes only where no
// other is left, as a page that is free to go may be behind it.
//
// Threads: one. Cost: a walk over the tokens; a logarithm of the number of leaves to keep their
// order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/kv_pool.h"

namespace byeol::engine {

using model::TokenId;

class PrefixTree {
 public:
  explicit PrefixTree(KvPool& pool);
  ~PrefixTree();
  PrefixTree(const PrefixTree&) = delete;
  PrefixTree& operator=(const PrefixTree&) = delete;

  // How many of these tokens are kept, from the first on. Counts as use.
  std::int32_t match(std::span<const TokenId> tokens);
  // The same, and the pages that hold them: they are the tree's until somebody shares them.
  std::int32_t match(std::span<const TokenId> tokens, std::vector<PageId>& pages);
  // Keeps the tokens of a sequence, whose pages these are. What is kept already stays as it is.
  void keep(std::span<const TokenId> tokens, std::span<const PageId> pages);
  // Gives up one page; it is free then, unless somebody else holds it. False: there is none.
  bool evict_page();

  std::int64_t tokens() const { return tokens_; }
  // Changes with all that is added or given up.
  std::uint64_t version() const { return version_; }

  // Every run of tokens that the tree holds, parents before children, for a snapshot.
  struct Run {
    std::int32_t parent;  // Place in the list; -1: it begins a sequence.
    std::int32_t first_position;
    std::span<const TokenId> tokens;
    std::span<const PageId> pages;  // From the page that holds first_position on.
    std::uint64_t used;             // The larger, the later.
  };
  std::vector<Run> runs() const;

 private:
  struct Node {
    Node* parent = nullptr;
    std::int32_t first = 0;  // Position of its first token.
    std::vector<TokenId> tokens;
    std::vector<PageId> pages;  // Page i holds positions from 32 * (first / 32 + i) on.
    std::unordered_map<TokenId, std::unique_ptr<Node>> children;  // By their first token.
    std::uint64_t used = 0;

    std::int32_t end() const { return first + static_cast<std::int32_t>(tokens.size()); }
  };

  // The deepest node that shares tokens with these, and how many of all they share.
  struct Place {
    Node* node;
    std::int32_t tokens;
  };
  Place find(std::span<const TokenId> tokens, std::vector<PageId>* pages);
  void use(Node& node);
  void split(Node& node, std::int32_t position);
  void add_child(Node& parent, std::span<const TokenId> tokens, std::span<const PageId> pages);
  Node& leaf_to_cut();
  void remove(Node& leaf);

  KvPool& pool_;
  Node root_;
  std::map<std::uint64_t, Node*> leaves_;  // By their last use.
  std::uint64_t clock_ = 0;
  std::uint64_t version_ = 0;
  std::int64_t tokens_ = 0;
};

}  // namespace byeol::engine
