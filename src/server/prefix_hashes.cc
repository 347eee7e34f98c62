#include "server/prefix_hashes.h"

#include <algorithm>

namespace byeol::server {
namespace {

// The mixing of SplitMix64: every bit that goes in changes half of those that come out.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

std::vector<std::uint64_t> prefix_hashes(std::span<const runtime::TokenId> prompt) {
  const std::size_t pages = std::min(prompt.size() / kPrefixPageTokens, kPrefixPagesMax);
  std::vector<std::uint64_t> hashes;
  hashes.reserve(pages);
  std::uint64_t so_far = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    for (const runtime::TokenId token : prompt.subspan(page * kPrefixPageTokens, kPrefixPageTokens))
      so_far = mixed(so_far ^ static_cast<std::uint32_t>(token));
    hashes.push_back(so_far);
  }
  return hashes;
}

}  // namespace byeol::server
