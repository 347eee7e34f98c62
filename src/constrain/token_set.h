// A set of tokens of a vocabulary, one bit each.
//
// Threads: an object belongs to one; const calls from any.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace byeol::constrain {

class TokenSet {
 public:
  explicit TokenSet(std::int32_t vocabulary = 0)
      : words_((static_cast<std::size_t>(vocabulary) + 63) / 64), vocabulary_(vocabulary) {}

  std::int32_t vocabulary() const { return vocabulary_; }
  bool has(std::int32_t token) const {
    const auto at = static_cast<std::size_t>(token);
    return token >= 0 && token < vocabulary_ && (words_[at / 64] >> (at % 64) & 1) != 0;
  }
  void add(std::int32_t token) {
    const auto at = static_cast<std::size_t>(token);
    words_[at / 64] |= std::uint64_t{1} << (at % 64);
  }
  void remove(std::int32_t token) {
    const auto at = static_cast<std::size_t>(token);
    words_[at / 64] &= ~(std::uint64_t{1} << (at % 64));
  }
  TokenSet& operator|=(const TokenSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  std::int32_t count() const {
    std::int32_t sum = 0;
    for (const std::uint64_t word : words_) sum += std::popcount(word);
    return sum;
  }
  // Tells all of them, ascending.
  template <typename Tell>
  void each(Tell&& tell) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1)
        tell(static_cast<std::int32_t>(64 * i) + std::countr_zero(word));
  }
  std::vector<std::int32_t> tokens() const {
    std::vector<std::int32_t> result;
    each([&result](std::int32_t token) { result.push_back(token); });
    return result;
  }
  const std::vector<std::uint64_t>& words() const { return words_; }
  bool operator==(const TokenSet&) const = default;

 private:
  std::vector<std::uint64_t> words_;
  std::int32_t vocabulary_;
};

}  // namespace byeol::constrain
