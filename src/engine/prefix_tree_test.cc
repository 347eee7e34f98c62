#include "engine/prefix_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace byeol::engine {
namespace {

constexpr std::int32_t kPage = kernels::kPageTokens;
using Tokens = std::vector<TokenId>;

Tokens counted(TokenId first, int count) {
  Tokens tokens(static_cast<std::size_t>(count));
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

Tokens joined(Tokens a, const Tokens& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class PrefixTreeTest : public testing::Test {
 protected:
  static constexpr std::int32_t kPages = 64;

  // As a sequence does: new pages for its tokens, kept, and given back.
  void compute(const Tokens& tokens) {
    std::vector<PageId> pages;
    for (std::size_t i = 0; i < tokens.size(); i += kPage) pages.push_back(pool.take());
    tree.keep(tokens, pages);
    for (const PageId page : pages) pool.drop(page);
  }
  std::int32_t used() const { return pool.pages() - pool.free_pages(); }

  KvPool pool = *KvPool::create({kernels::KvType::kBF16, 1, 1, 32}, kPages);
  PrefixTree tree{pool};
};

TEST_F(PrefixTreeTest, FindsAsManyTokensAsAreAlike) {
  EXPECT_EQ(tree.match(counted(0, 10)), 0);
  compute(counted(0, 100));
  EXPECT_EQ(tree.match(counted(0, 100)), 100);
  EXPECT_EQ(tree.match(counted(0, 37)), 37);
  EXPECT_EQ(tree.match(joined(counted(0, 45), counted(1000, 45))), 45);
  EXPECT_EQ(tree.match(counted(1, 10)), 0);
  EXPECT_EQ(tree.match({}), 0);
  EXPECT_EQ(tree.tokens(), 100);
}

TEST_F(PrefixTreeTest, KeepsASharedBeginningOnce) {
  compute(counted(0, 100));
  EXPECT_EQ(used(), 4);
  compute(joined(counted(0, 70), counted(500, 30)));  // Parts within the third page.
  EXPECT_EQ(tree.tokens(), 130);
  EXPECT_EQ(used(), 6);  // Its own third page and a fourth.
  EXPECT_EQ(tree.match(counted(0, 100)), 100);
  EXPECT_EQ(tree.match(joined(counted(0, 70), counted(500, 30))), 100);
  compute(counted(0, 100));  // Again: nothing new.
  EXPECT_EQ(tree.tokens(), 130);
  EXPECT_EQ(used(), 6);
}

TEST_F(PrefixTreeTest, GivesThePagesOfTheVerySequence) {
  const Tokens first = counted(0, 100), second = joined(counted(0, 70), counted(500, 60));
  std::vector<PageId> a{pool.take(), pool.take(), pool.take(), pool.take()};
  tree.keep(first, a);
  std::vector<PageId> b{a[0], a[1], pool.take(), pool.take(), pool.take()};
  tree.keep(second, b);
  std::vector<PageId> found;
  EXPECT_EQ(tree.match(first, found), 100);
  EXPECT_EQ(found, a);
  EXPECT_EQ(tree.match(second, found), 130);
  EXPECT_EQ(found, b);
  EXPECT_EQ(tree.match(counted(0, 66), found), 66);
  EXPECT_EQ(found, std::vector(a.begin(), a.begin() + 3));
  EXPECT_EQ(tree.match(counted(0, 64), found), 64);
  EXPECT_EQ(found, std::vector(a.begin(), a.begin() + 2));
}

TEST_F(PrefixTreeTest, GivesUpWhatWasUsedLongestAgo) {
  compute(counted(0, 64));
  compute(counted(1000, 64));
  EXPECT_EQ(pool.idle_pages(), 4);
  EXPECT_EQ(tree.match(counted(0, 64)), 64);
  EXPECT_TRUE(tree.evict_page());
  EXPECT_EQ(tree.match(counted(1000, 64)), 32);  // Its end went first.
  EXPECT_EQ(tree.match(counted(0, 64)), 64);
  EXPECT_TRUE(tree.evict_page());
  EXPECT_EQ(tree.match(counted(1000, 64)), 0);
  EXPECT_TRUE(tree.evict_page());
  EXPECT_TRUE(tree.evict_page());
  EXPECT_FALSE(tree.evict_page());
  EXPECT_EQ(tree.tokens(), 0);
  EXPECT_EQ(pool.free_pages(), kPages);
}

TEST_F(PrefixTreeTest, ASequenceKeepsItsPagesWhenTheTreeForgetsThem) {
  const std::vector<PageId> pages{pool.take(), pool.take()};
  tree.keep(counted(0, 64), pages);
  EXPECT_EQ(pool.idle_pages(), 0);
  while (tree.evict_page()) {
  }
  EXPECT_EQ(used(), 2);
  for (const PageId page : pages) pool.drop(page);
  EXPECT_EQ(used(), 0);
}

// Its page would not become free, so what is nobody's goes though it was used later.
TEST_F(PrefixTreeTest, PassesOverWhatASequenceHolds) {
  const std::vector<PageId> pages{pool.take(), pool.take()};
  tree.keep(counted(0, 64), pages);
  compute(counted(1000, 64));
  for (int freed = 1; freed <= 2; ++freed) {
    const std::int32_t before = pool.free_pages();
    EXPECT_TRUE(tree.evict_page());
    EXPECT_EQ(pool.free_pages(), before + 1);
  }
  EXPECT_EQ(tree.match(counted(0, 64)), 64);
  EXPECT_EQ(tree.match(counted(1000, 64)), 0);
  for (const PageId page : pages) pool.drop(page);
}

// An idle page may be behind one that a sequence holds: all that is idle can become free.
TEST_F(PrefixTreeTest, FreesEveryIdlePage) {
  compute(counted(0, 40));
  // A sequence that went on from there in a copy of the second page.
  std::vector<PageId> pages;
  const Tokens longer = joined(counted(0, 40), counted(500, 40));
  ASSERT_EQ(tree.match(longer, pages), 40);
  pool.share(pages[0]);
  pages[1] = pool.copy(pages[1]);
  pages.push_back(pool.take());
  tree.keep(longer, pages);
  ASSERT_EQ(pool.idle_pages(), 1);
  while (pool.idle_pages() > 0) ASSERT_TRUE(tree.evict_page());
  EXPECT_EQ(pool.free_pages(), kPages - 3);
  for (const PageId page : pages) pool.drop(page);
}

TEST_F(PrefixTreeTest, RunsTellParentsBeforeChildren) {
  compute(counted(0, 100));
  compute(joined(counted(0, 70), counted(500, 30)));
  compute(counted(2000, 10));
  std::int64_t tokens = 0;
  const auto runs = tree.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    ASSERT_LT(runs[i].parent, static_cast<std::int32_t>(i));
    tokens += static_cast<std::int64_t>(runs[i].tokens.size());
    if (runs[i].parent < 0) continue;
    const auto& parent = runs[static_cast<std::size_t>(runs[i].parent)];
    EXPECT_EQ(parent.first_position + static_cast<std::int32_t>(parent.tokens.size()),
              runs[i].first_position);
  }
  EXPECT_EQ(runs.size(), 4u);
  EXPECT_EQ(tokens, tree.tokens());
}

// Against a list of all that was kept: a match is never longer than the longest common beginning,
// and exactly that long while nothing was given up.
TEST_F(PrefixTreeTest, MatchesLikeAListOfSequences) {
  std::mt19937 random(7);
  std::vector<Tokens> kept;
  bool evicted = false;
  for (int round = 0; round < 3000; ++round) {
    Tokens tokens(1 + random() % 150);
    for (TokenId& token : tokens) token = static_cast<TokenId>(random() % 2);
    if (!kept.empty() && random() % 2 == 0) {
      const Tokens& other = kept[random() % kept.size()];
      const std::size_t shared = std::min(tokens.size(), other.size() - random() % other.size());
      std::copy_n(other.begin(), shared, tokens.begin());
    }
    std::int32_t longest = 0;
    for (const Tokens& other : kept)
      longest = std::max(longest, static_cast<std::int32_t>(
                                      std::ranges::mismatch(other, tokens).in1 - other.begin()));
    std::vector<PageId> pages;
    const std::int32_t found = tree.match(tokens, pages);
    ASSERT_EQ(pages.size(), static_cast<std::size_t>((found + kPage - 1) / kPage));
    if (evicted)
      ASSERT_LE(found, longest);
    else
      ASSERT_EQ(found, longest);
    while (pool.free_pages() < 5) {
      ASSERT_TRUE(tree.evict_page());
      evicted = true;
    }
    compute(tokens);
    kept.push_back(tokens);
    ASSERT_EQ(tree.match(tokens), static_cast<std::int32_t>(tokens.size()));
    ASSERT_EQ(pool.idle_pages(), used());
    if (round % 500 == 499) {
      while (tree.evict_page()) {
      }
      ASSERT_EQ(used(), 0);
      kept.clear();
      evicted = false;
    }
  }
}

}  // namespace
}  // namespace byeol::engine
