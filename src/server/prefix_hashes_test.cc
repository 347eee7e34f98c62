#include "server/prefix_hashes.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace byeol::server {
namespace {

std::vector<runtime::TokenId> counted(std::size_t count) {
  std::vector<runtime::TokenId> tokens(count);
  std::iota(tokens.begin(), tokens.end(), 0);
  return tokens;
}

TEST(PrefixHashes, AreOneForEachWholePage) {
  EXPECT_TRUE(prefix_hashes({}).empty());
  EXPECT_TRUE(prefix_hashes(counted(63)).empty());
  EXPECT_EQ(prefix_hashes(counted(64)).size(), 1u);
  EXPECT_EQ(prefix_hashes(counted(200)).size(), 3u);
  EXPECT_EQ(prefix_hashes(counted(1 << 20)).size(), kPrefixPagesMax);
}

TEST(PrefixHashes, AreEqualAsFarAsPromptsAre) {
  const auto whole = prefix_hashes(counted(300));
  auto other = counted(300);
  other[130] = 7;
  const auto parted = prefix_hashes(other);
  EXPECT_EQ(parted[0], whole[0]);
  EXPECT_EQ(parted[1], whole[1]);
  EXPECT_NE(parted[2], whole[2]);
  EXPECT_NE(parted[3], whole[3]);  // Though its own tokens are the same: it is chained.
  // Equal pages at other places are others.
  const auto zeros = prefix_hashes(std::vector<runtime::TokenId>(64 * 200, 0));
  EXPECT_EQ(std::set(zeros.begin(), zeros.end()).size(), 200u);
}

// What stands in the logs of one version is compared with that of the next.
TEST(PrefixHashes, StayAsTheyAre) {
  EXPECT_EQ(prefix_hashes(counted(64)).front(), 0xe8072f1c6a8f666du);
}

}  // namespace
}  // namespace byeol::server
