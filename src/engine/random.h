// The random number of a choice: a pure function of (seed, choice, absolute position), so that an
// answer can be replayed, continued on another machine or computed in any order.
//
// Each of the three numbers goes through the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014), which turns one flipped bit into about
// 32; the result of one stage is the key of the next.
//
// Threads: pure functions.
#pragma once

#include <cstdint>

namespace byeol::engine {

inline std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Uniform in [0, 1), a multiple of 2^-53. `choice`: 0 for the first of n answers to one prompt.
// `position`: of the token that is chosen, counted from the start of its sequence.
inline double uniform(std::uint64_t seed, std::uint32_t choice, std::int64_t position) {
  const std::uint64_t bits = mix(mix(mix(seed) ^ choice) ^ static_cast<std::uint64_t>(position));
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace byeol::engine
