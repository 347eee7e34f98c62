#include "engine/lookup.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/check.h"
#include "engine/random.h"

namespace byeol::engine {

using model::TokenId;

Lookup::Lookup(std::int32_t tokens_max) : tokens_max_(tokens_max) {
  const auto tokens = static_cast<std::size_t>(tokens_max);
  tokens_.reserve(tokens);
  for (Table& table : tables_)  // At most half full: short probes.
    table.slots.assign(std::bit_ceil(2 * tokens + 1), 0);
}

bool Lookup::same(std::int32_t a, std::int32_t b, std::int32_t length) const {
  const auto begin = tokens_.begin();
  return std::equal(begin + a - length, begin + a, begin + b - length);
}

void Lookup::append(TokenId token) {
  BYEOL_CHECK(tokens_.size() < static_cast<std::size_t>(tokens_max_));
  tokens_.push_back(token);
  const auto end = static_cast<std::int32_t>(tokens_.size());
  std::uint64_t hash = 0;
  for (std::int32_t n = 1; n <= std::min(end, kLongest); ++n) {
    hash = mix(hash ^ static_cast<std::uint64_t>(tokens_[static_cast<std::size_t>(end - n)]));
    if (n < kShortest) continue;
    Table& table = tables_[static_cast<std::size_t>(n - kShortest)];
    const std::size_t mask = table.slots.size() - 1;
    std::size_t slot = hash & mask;
    while (table.slots[slot] != 0 && !same(table.slots[slot], end, n)) slot = (slot + 1) & mask;
    table.earlier = std::exchange(table.slots[slot], end);
  }
}

std::int32_t Lookup::match_length(std::int32_t end, std::int32_t known) const {
  const auto size = static_cast<std::int32_t>(tokens_.size());
  std::int32_t length = known;
  while (length < std::min(end, kMatchMax) &&
         tokens_[static_cast<std::size_t>(end - 1 - length)] ==
             tokens_[static_cast<std::size_t>(size - 1 - length)])
    ++length;
  return length;
}

Lookup::Draft Lookup::draft(std::span<TokenId> out) const {
  const std::size_t size = tokens_.size();
  for (std::int32_t n = std::min(static_cast<std::int32_t>(size), kLongest); n >= kShortest; --n) {
    const std::int32_t end = tables_[static_cast<std::size_t>(n - kShortest)].earlier;
    if (end == 0) continue;
    const auto source = static_cast<std::size_t>(end);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = source + i < size ? tokens_[source + i] : out[source + i - size];
    return {static_cast<std::int32_t>(out.size()), match_length(end, n)};
  }
  return {};
}

}  // namespace byeol::engine
