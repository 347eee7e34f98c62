// What a prompt begins with, as numbers: two prompts are alike in their first k pages where their
// first k numbers are equal. For the request log, from which a simulator replays who shares what,
// without any text. The numbers are the same on every machine and in every version: they depend on
// token ids alone.
//
// They hide no prompt from somebody who guesses it: who has the text can compute them.
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/turn.h"

namespace byeol::server {

inline constexpr std::size_t kPrefixPageTokens = 64;
inline constexpr std::size_t kPrefixPagesMax = 256;  // Of one prompt; what is behind is not told.

// One number for each whole page, which depends on all tokens up to its end.
std::vector<std::uint64_t> prefix_hashes(std::span<const runtime::TokenId> prompt);

}  // namespace byeol::server
