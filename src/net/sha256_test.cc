#include "net/sha256.h"

#include <gtest/gtest.h>

#include <fstream>

namespace byeol::net {
namespace {

// Vectors of FIPS 180-4's examples.
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  const std::string path = testing::TempDir() + "byeol_sha256";
  std::ofstream(path) << "abc";
  EXPECT_EQ(*sha256_of_file(path),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::ofstream(path, std::ios::trunc) << "";
  EXPECT_EQ(*sha256_of_file(path),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, AnAbsentFileIsASentence) {
  const auto digest = sha256_of_file("/no/such/file");
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().message, "read /no/such/file: No such file or directory");
}

}  // namespace
}  // namespace byeol::net
