// A deterministic automaton over bytes: a regular piece of a grammar, such as the inside of a
// string. Every state is alive: it can reach an accepting one, so following it never ends in a dead
// end.
//
// Threads: immutable.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace byeol::constrain {

class ByteAutomaton {
 public:
  static constexpr std::int32_t kDead = -1;

  // next[state * classes + class_of_byte[byte]]: a state, or kDead. State 0 is the start. States
  // that cannot reach an accepting one must have been removed.
  ByteAutomaton(std::array<std::uint8_t, 256> class_of_byte, std::int32_t classes,
                std::vector<std::int32_t> next, std::vector<bool> accepting);

  std::int32_t states() const { return static_cast<std::int32_t>(accepting_.size()); }
  std::size_t memory_bytes() const {
    return sizeof(*this) + (next_.capacity() + bytes_to_end_.capacity()) * sizeof(std::int32_t) +
           (accepting_.capacity() + loops_on_plain_.capacity()) / 8;
  }
  std::int32_t next(std::int32_t state, std::uint8_t byte) const {
    return next_[static_cast<std::size_t>(state) * static_cast<std::size_t>(classes_) +
                 class_of_byte_[byte]];
  }
  bool accepts(std::int32_t state) const { return accepting_[static_cast<std::size_t>(state)]; }
  // Bytes of the shortest way to an accepting state; 0 for an accepting one.
  std::int32_t bytes_to_end(std::int32_t state) const {
    return bytes_to_end_[static_cast<std::size_t>(state)];
  }
  // Whether every plain character (see vocabulary.h) leads from this state back to it.
  bool loops_on_plain(std::int32_t state) const {
    return loops_on_plain_[static_cast<std::size_t>(state)];
  }

 private:
  std::array<std::uint8_t, 256> class_of_byte_;
  std::int32_t classes_;
  std::vector<std::int32_t> next_;
  std::vector<bool> accepting_, loops_on_plain_;
  std::vector<std::int32_t> bytes_to_end_;
};

}  // namespace byeol::constrain
