// Finds the tokens that are cut out of the text before anything else: control tokens such as
// "<|im_end|>" and what the model's makers added ("\n\n", "<table>").
//
// At each position the longest token wins, and the leftmost match before any later one (as in
// Hugging Face; llama.cpp takes the longest token anywhere first).
// Threads: immutable.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokenizer/vocabulary.h"

namespace byeol::model {

struct SpecialToken {
  std::string text;
  TokenId id;
  bool swallow_left = false;   // Whitespace before it belongs to it.
  bool swallow_right = false;  // Whitespace after it.
};

// A part of the text: a token, or bytes to encode where id is kNoToken.
struct Fragment {
  std::string_view text;
  TokenId id;
};

// In front of a special token: what follows is text and not that token. U+FDD0, which Unicode keeps
// for a program's own use; see Tokenizer::guarded().
inline constexpr std::string_view kGuard = "\xef\xb7\x90";
enum class Guards { kAreText, kCount };

class SpecialTokens {
 public:
  SpecialTokens() = default;
  explicit SpecialTokens(std::vector<SpecialToken> tokens);

  // Guards that count stay in the fragments: whoever encodes those takes them out.
  std::vector<Fragment> split(std::string_view text, Guards guards = Guards::kAreText) const;

  // The text with a guard in front of every token, also of those that overlap; a guard that was in
  // the text becomes U+FFFD.
  std::string guarded(std::string_view text) const;

 private:
  const SpecialToken* longest_at(std::string_view text) const;

  std::vector<SpecialToken> tokens_;           // Sorted by text.
  std::array<std::uint32_t, 257> first_ = {};  // Of the tokens that begin with this byte.
};

}  // namespace byeol::model
