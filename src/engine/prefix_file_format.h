// What reader and writer of a prefix file agree on (prefix_file.h says what it is).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "engine/prefix_file.h"
#include "kernels/kernel_table.h"

namespace byeol::engine::prefix_format {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::string_view kMagic{"BYEOLKV\0", 8};
inline constexpr std::uint32_t kVersion = 1;

struct Frame {
  std::uint64_t bytes;
  std::uint32_t crc;
};
inline constexpr std::size_t kFrameBytes = 12;  // The struct has padding behind it.

struct Header {
  std::uint32_t version;
  std::uint32_t kv_type, layers, kv_heads, head_dim, page_tokens;
  std::uint64_t page_bytes, model, runs;
};
static_assert(sizeof(Header) == 48);

struct RunHead {
  std::int32_t parent;
  std::uint32_t tokens, shares_page, zero;
  std::uint64_t used;
};
static_assert(sizeof(RunHead) == 24);

// Of a run that begins at `first` and has so many tokens: the pages that hold them.
inline std::int64_t pages_of_run(std::int64_t first, std::int64_t tokens) {
  constexpr std::int64_t kPage = kernels::kPageTokens;
  return (first + tokens + kPage - 1) / kPage - first / kPage;
}

}  // namespace byeol::engine::prefix_format
