// A set of bytes: what a state takes.
//
// Threads: an object belongs to one; const calls from any. Errors: none.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace byeol::constrain {

class ByteSet {
 public:
  bool has(std::uint8_t byte) const { return (words_[byte / 64] >> (byte % 64) & 1) != 0; }
  void add(std::uint8_t byte) { words_[byte / 64] |= std::uint64_t{1} << (byte % 64); }
  void add(int first, int last) {
    for (int byte = first; byte <= last; ++byte) add(static_cast<std::uint8_t>(byte));
  }
  ByteSet& operator|=(const ByteSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  bool meets(const ByteSet& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if ((words_[i] & other.words_[i]) != 0) return true;
    return false;
  }
  int count() const {
    int sum = 0;
    for (const std::uint64_t word : words_) sum += std::popcount(word);
    return sum;
  }
  // The lowest that is not below `from`; 256: none.
  int next(int from) const {
    const auto begin = static_cast<std::size_t>(from);
    for (std::size_t i = begin / 64; i < words_.size(); ++i) {
      const std::size_t skipped = i == begin / 64 ? begin % 64 : 0;
      const std::uint64_t word = words_[i] >> skipped << skipped;
      if (word != 0) return static_cast<int>(64 * i) + std::countr_zero(word);
    }
    return 256;
  }

 private:
  std::array<std::uint64_t, 4> words_{};
};

// What a plain character (vocabulary.h) may begin with.
inline ByteSet plain_starts() {
  ByteSet result;
  result.add(0x20, 0x21);
  result.add(0x23, 0x5b);
  result.add(0x5d, 0x7f);
  result.add(0xc2, 0xf4);
  return result;
}

}  // namespace byeol::constrain
