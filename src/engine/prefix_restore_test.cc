#include "engine/prefix_restore.h"

#include <gtest/gtest.h>

#include <deque>
#include <numeric>

namespace byeol::engine {
namespace {

constexpr std::int32_t kPage = kernels::kPageTokens;
const model::KvLayout kLayout{kernels::KvType::kBF16, 1, 1, 16};
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

// What was read from a file: page i of a run is full of the byte `mark` + i.
class Stored {
 public:
  void add(std::int32_t parent, Tokens tokens, std::uint64_t used, int mark,
           bool shares_page = false) {
    StoredRun run{.parent = parent,
                  .first_position = parent < 0 ? 0 : runs_[static_cast<std::size_t>(parent)].end(),
                  .shares_page = shares_page,
                  .used = used,
                  .tokens = std::move(tokens),
                  .pages = {}};
    const int pages =
        (run.end() + kPage - 1) / kPage - run.first_position / kPage - (shares_page ? 1 : 0);
    auto& bytes = memory_.emplace_back();
    for (int page = 0; page < pages; ++page)
      bytes.insert(bytes.end(), static_cast<std::size_t>(kLayout.page_bytes()),
                   static_cast<std::byte>(mark + page));
    run.pages = bytes;
    runs_.push_back(std::move(run));
  }
  std::span<const StoredRun> runs() const { return runs_; }

 private:
  std::vector<StoredRun> runs_;
  std::deque<std::vector<std::byte>> memory_;
};

struct Cache {
  explicit Cache(std::int32_t pages) : pool(*KvPool::create(kLayout, pages)) {}

  std::int64_t restore(const Stored& stored) { return restore_prefixes(stored.runs(), pool, tree); }
  std::int32_t used() const { return pool.pages() - pool.free_pages(); }
  // The first bytes of the pages that hold as much of these tokens as is remembered.
  std::vector<int> marks(const Tokens& tokens) {
    std::vector<PageId> pages;
    tree.match(tokens, pages);
    std::vector<int> marks;
    for (const PageId page : pages) marks.push_back(std::to_integer<int>(*pool.data(page)));
    return marks;
  }

  KvPool pool;
  PrefixTree tree{pool};
};

using Marks = std::vector<int>;

// A trunk of 70 tokens that was cut within its third page, and what grew there.
Stored tree_of_three() {
  Stored stored;
  stored.add(-1, counted(0, 70), 3, 10);
  stored.add(0, counted(70, 30), 2, 20, true);
  stored.add(0, counted(500, 60), 4, 30);
  return stored;
}

TEST(PrefixRestore, BringsBackRunsAndTheirPages) {
  Cache cache(16);
  EXPECT_EQ(cache.restore(tree_of_three()), 160);
  EXPECT_EQ(cache.tree.tokens(), 160);
  EXPECT_EQ(cache.marks(counted(0, 100)), (Marks{10, 11, 12, 20}));
  EXPECT_EQ(cache.marks(joined(counted(0, 70), counted(500, 60))), (Marks{10, 11, 30, 31, 32}));
  EXPECT_EQ(cache.marks(counted(0, 70)).size(), 3u);
  EXPECT_EQ(cache.used(), 7);  // The shared page once.
  EXPECT_EQ(cache.pool.idle_pages(), 7);
}

TEST(PrefixRestore, WhatWasUsedLastComesFirstWhereRoomIsShort) {
  Cache cache(6);
  // The trunk's three pages, three for the later branch, none for the other one.
  EXPECT_EQ(cache.restore(tree_of_three()), 70 + 60 + 26);  // That goes on in the trunk's page.
  EXPECT_EQ(cache.marks(joined(counted(0, 70), counted(500, 60))).size(), 5u);
  EXPECT_EQ(cache.tree.match(counted(0, 100)), 96);
  EXPECT_EQ(cache.pool.free_pages(), 0);
}

TEST(PrefixRestore, WhatDoesNotFitWholeComesAsFarAsItDoes) {
  Cache cache(2);
  EXPECT_EQ(cache.restore(tree_of_three()), 64);
  EXPECT_EQ(cache.tree.match(counted(0, 100)), 64);
  Cache none(1);
  const PageId taken = none.pool.take();
  EXPECT_EQ(none.restore(tree_of_three()), 0);
  none.pool.drop(taken);
}

TEST(PrefixRestore, NothingGivesWayToIt) {
  Cache cache(6);
  std::vector<PageId> pages{cache.pool.take(), cache.pool.take(), cache.pool.take()};
  cache.tree.keep(counted(5000, 90), pages);
  for (const PageId page : pages) cache.pool.drop(page);
  EXPECT_EQ(cache.restore(tree_of_three()), 70 + 26);
  EXPECT_EQ(cache.tree.match(counted(5000, 90)), 90);
}

TEST(PrefixRestore, WhatIsThereAlreadyStays) {
  Cache cache(16);
  EXPECT_EQ(cache.restore(tree_of_three()), 160);
  EXPECT_EQ(cache.restore(tree_of_three()), 0);
  EXPECT_EQ(cache.used(), 7);
  Stored longer = tree_of_three();
  longer.add(1, counted(100, 10), 9, 40, true);
  EXPECT_EQ(cache.restore(longer), 10);
}

TEST(PrefixRestore, KeepsTheOrderOfUse) {
  Stored stored;
  stored.add(-1, counted(0, 32), 20, 1);
  stored.add(-1, counted(1000, 32), 10, 2);
  stored.add(-1, counted(2000, 32), 30, 3);
  Cache cache(8);
  EXPECT_EQ(cache.restore(stored), 96);
  for (const TokenId first : {1000, 0, 2000}) {
    const std::int64_t before = cache.tree.tokens();
    EXPECT_TRUE(cache.tree.evict_page());
    EXPECT_EQ(before - cache.tree.tokens(), 32);
    std::int64_t gone = 0;
    for (const PrefixTree::Run& run : cache.tree.runs()) gone += run.tokens.front() == first;
    EXPECT_EQ(gone, 0) << first;
  }
}

TEST(PrefixRestore, AnEmptyListIsNothing) {
  Cache cache(2);
  EXPECT_EQ(cache.restore({}), 0);
  EXPECT_EQ(cache.used(), 0);
}

}  // namespace
}  // namespace byeol::engine
