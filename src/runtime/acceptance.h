// How often a drafted token is the one that is then chosen, by how much of the text before it
// matches its source: 2 equal tokens mean little, 30 mean that a passage is being copied.
//
// Starts from a guess and forgets: some twenty observations outweigh all that was before.
// Pure; no allocation. Threads: an object belongs to one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace byeol::runtime {

class Acceptance {
 public:
  // A token that was guessed from a match of `match` tokens was right, or not.
  void record(std::int32_t match, bool right);
  // The probability that such a token is right.
  double rate(std::int32_t match) const;

 private:
  struct Observed {
    double right;
    double all;
  };

  static constexpr std::size_t kKinds = 7;
  static std::size_t kind_of(std::int32_t match);

  static constexpr double kGuessWeight = 4;  // The initial guess counts like so many observations.
  static constexpr Observed guess(double rate) { return {rate * kGuessWeight, kGuessWeight}; }
  std::array<Observed, kKinds> observed_ = {guess(0.15), guess(0.25), guess(0.35), guess(0.45),
                                            guess(0.6),  guess(0.75), guess(0.9)};
};

}  // namespace byeol::runtime
