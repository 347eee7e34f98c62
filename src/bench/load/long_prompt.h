// What a long prompt does to those who are being answered already: some streams run, a prompt of
// so many tokens arrives, and their gaps are counted until its first token is there.
//
// Errors: kIo with the server's words where a stream or the long request fails, or a stream ended
// before the long prompt's first token (it needs more tokens, or ignore_eos).
// Threads: the caller waits.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "bench/load/sender.h"

namespace byeol::bench {

struct LongPromptOptions {
  std::int32_t words = 2000;  // About as many tokens.
  std::int32_t streams = 4;
  std::int32_t stream_tokens = 1024;
  std::int32_t repeat = 3;
  std::uint64_t seed = 1;
};

struct LongPrompt {
  std::vector<double> gaps_before_ms;  // Of the streams, from their second token on.
  std::vector<double> gaps_during_ms;  // Those that overlap the wait of the long prompt.
  std::vector<double> first_token_ms;  // Of the long prompt, one a repetition.
  std::int32_t prompt_tokens = -1;     // Of the long prompt, as the server tells.
};

Result<LongPrompt> measure_long_prompt(Sender& sender, const LongPromptOptions& options,
                                       const std::function<void(std::int32_t done)>& progress);

}  // namespace byeol::bench
