#include "wire/usage.h"

namespace byeol::wire {

Json to_json(const CompletionUsage& usage) {
  return {{"prompt_tokens", usage.prompt_tokens},
          {"completion_tokens", usage.completion_tokens},
          {"total_tokens", usage.total_tokens()},
          {"prompt_tokens_details",
           {{"cached_tokens", usage.cached_tokens},
            {"cache_write_tokens", 0},
            {"audio_tokens", 0},
            {"text_tokens", usage.prompt_tokens},
            {"image_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", usage.reasoning_tokens},
            {"audio_tokens", 0},
            {"text_tokens", usage.completion_tokens},
            {"accepted_prediction_tokens", usage.accepted_prediction_tokens},
            {"rejected_prediction_tokens", usage.rejected_prediction_tokens}}}};
}

}  // namespace byeol::wire
