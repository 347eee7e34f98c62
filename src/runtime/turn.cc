#include "runtime/turn.h"

namespace byeol::runtime {

const char* name_of(FinishReason reason) {
  switch (reason) {
    case FinishReason::kStop:
      return "stop";
    case FinishReason::kLength:
      return "length";
    case FinishReason::kCancelled:
      return "cancelled";
    case FinishReason::kDeadline:
      return "deadline";
    case FinishReason::kRefused:
      return "refused";
    case FinishReason::kError:
      return "error";
  }
  return "unknown";
}

double TurnTimings::prefill_tokens_per_s() const {
  return prefill_s > 0 ? (prompt_tokens - reused_tokens) / prefill_s : 0;
}

double TurnTimings::decode_tokens_per_s() const {
  return decode_s > 0 && generated_tokens > 1 ? (generated_tokens - 1) / decode_s : 0;
}

}  // namespace byeol::runtime
