// The names of things on the wire: a prefix and letters that nobody guesses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace byeol::wire {

// Gives 64 random bits each time. The caller's, so that a test can foresee the ids.
using Random64 = std::function<std::uint64_t()>;

// The prefix and `letters` of 0-9, A-Z and a-z, each as likely as the others to 1 in 10^10.
std::string make_id(std::string_view prefix, std::size_t letters, const Random64& random);

inline constexpr std::size_t kIdLetters = 24;  // 142 bits.

inline std::string chat_completion_id(const Random64& random) {
  return make_id("chatcmpl-", kIdLetters, random);
}
inline std::string completion_id(const Random64& random) {
  return make_id("cmpl-", kIdLetters, random);
}
inline std::string tool_call_id(const Random64& random) {
  return make_id("call_", kIdLetters, random);
}
// Mistral's templates take no other form when the call comes back in the history.
inline std::string mistral_tool_call_id(const Random64& random) {
  return make_id("", 9, random);
}

}  // namespace byeol::wire
