#include "bench/load/warm_prefix.h"

#include <string>

#include "bench/load/goodput.h"
#include "bench/load/prompts.h"

namespace byeol::bench {
namespace {

constexpr std::int32_t kAnswerTokens = 2;

}  // namespace

Result<WarmPrefix> measure_warm_prefix(Sender& sender, const WarmPrefixOptions& options,
                                       const std::function<void(std::int32_t done)>& progress) {
  WarmPrefix measured;
  for (std::int32_t round = 0; round < options.repeat; ++round) {
    const std::uint64_t seed = options.seed * 1000 + static_cast<std::uint64_t>(round);
    // The number comes first, so that no prefix is the beginning of another's.
    const std::string prefix =
        std::to_string(seed) + ". " + make_system_prompt(seed, options.prefix_words);
    double first_ms[2] = {};
    for (const int turn : {0, 1}) {
      const LoadRecord record =
          sender.send_and_wait({.system = prefix,
                                .prompt = make_question(seed, turn, options.own_words),
                                .max_tokens = kAnswerTokens},
                               "prefix-" + std::to_string(round) + "-" + std::to_string(turn));
      if (!record.is_complete)
        return Error{ErrorCode::kIo, "a request of the prefix measure failed: " + record.error};
      first_ms[turn] = first_token_ms(record);
      measured.prompt_tokens = record.prompt_tokens;
      measured.cached_tokens = record.cached_tokens;
    }
    measured.computed_ms.push_back(first_ms[0]);
    measured.cached_ms.push_back(first_ms[1]);
    measured.ratios.push_back(first_ms[0] / first_ms[1]);
    if (progress) progress(round + 1);
  }
  return measured;
}

}  // namespace byeol::bench
