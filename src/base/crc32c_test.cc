#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string_view>
#include <vector>

namespace byeol {
namespace {

std::uint32_t of(std::string_view text) {
  return crc32c(std::as_bytes(std::span(text)));
}

std::vector<std::uint8_t> counted(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(Crc32c, EqualsThePublishedValues) {
  EXPECT_EQ(of(""), 0u);
  EXPECT_EQ(of("123456789"), 0xe3069283u);
  // RFC 3720, B.4.
  const std::vector<std::uint8_t> zeros(32, 0), ones(32, 0xff), rising = counted(32);
  const std::vector<std::uint8_t> falling(rising.rbegin(), rising.rend());
  EXPECT_EQ(crc32c(std::as_bytes(std::span(zeros))), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::as_bytes(std::span(ones))), 0x62a8ab43u);
  EXPECT_EQ(crc32c(std::as_bytes(std::span(rising))), 0x46dd794eu);
  EXPECT_EQ(crc32c(std::as_bytes(std::span(falling))), 0x113fdb5cu);
}

TEST(Crc32c, MayBeComputedInPieces) {
  const std::vector<std::uint8_t> bytes = counted(67);
  const auto all = std::as_bytes(std::span(bytes));
  for (std::size_t cut = 0; cut <= all.size(); ++cut)
    EXPECT_EQ(crc32c(all.subspan(cut), crc32c(all.first(cut))), crc32c(all)) << cut;
}

TEST(Crc32c, TellsEveryFlippedBit) {
  std::vector<std::uint8_t> bytes = counted(40);
  const std::uint32_t whole = crc32c(std::as_bytes(std::span(bytes)));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto flip = static_cast<std::uint8_t>(1u << bit % 8);
    bytes[bit / 8] ^= flip;
    EXPECT_NE(crc32c(std::as_bytes(std::span(bytes))), whole) << bit;
    bytes[bit / 8] ^= flip;
  }
}

}  // namespace
}  // namespace byeol
