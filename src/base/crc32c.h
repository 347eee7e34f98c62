// CRC-32C (Castagnoli), the checksum of iSCSI (RFC 3720): tells bytes that were damaged, not bytes
// that somebody forged. About 1 GB/s.
//
// Threads: a pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace byeol {

// Of these bytes, or of those whose checksum `before` is and these behind them.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace byeol
