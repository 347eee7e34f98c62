#include "base/crc32c.h"

#include <array>
#include <cstring>

namespace byeol {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // Bits reversed.
constexpr std::size_t kSlices = 8;

// [s][b]: what the byte b contributes with s zero bytes behind it, so that eight bytes are looked
// up side by side ("slicing by 8").
using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < kSlices; ++slice)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = tables[slice - 1][byte];
      tables[slice][byte] = (crc >> 8) ^ tables[0][crc & 0xff];
    }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= kSlices) {
    std::array<std::uint8_t, kSlices> eight;
    std::memcpy(eight.data(), bytes.data(), kSlices);
    for (std::size_t i = 0; i < 4; ++i)
      eight[i] = static_cast<std::uint8_t>(eight[i] ^ (crc >> (8 * i)));
    crc = 0;
    for (std::size_t i = 0; i < kSlices; ++i) crc ^= kTables[kSlices - 1 - i][eight[i]];
    bytes = bytes.subspan(kSlices);
  }
  for (const std::byte byte : bytes)
    crc = (crc >> 8) ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xff];
  return ~crc;
}

}  // namespace byeol
