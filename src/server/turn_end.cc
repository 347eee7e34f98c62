#include "server/turn_end.h"

#include <algorithm>

namespace byeol::server {

void record(Context& context, const LoggedTurn& logged, const runtime::TurnEnd& end) {
  context.request_log.add(logged, end);
  context.metrics.served(
      {.turn_class = logged.turn_class,
       .reason = end.reason,
       .had_deadline = logged.insists && logged.deadline.any(),
       .deadline = end.deadline,
       .timings = end.timings,
       .queue_s = std::max(end.timings.first_token_s - end.timings.prefill_s, 0.0),
       .total_s = end.deadline.total_ms / 1e3,
       .max_tokens = logged.max_tokens});
}

wire::ApiError error_of(const runtime::TurnEnd& end) {
  switch (end.reason) {
    case runtime::FinishReason::kDeadline: {
      wire::ApiError error = wire::server_error("The answer was stopped: " + end.error + ".");
      error.status = 408;
      error.code = "deadline_exceeded";
      return error;
    }
    case runtime::FinishReason::kRefused:
      return wire::overloaded(
          "The request was refused: " + end.error + ".",
          end.retry_after_ms > 0 ? "deadline_unavailable" : "deadline_impossible");
    case runtime::FinishReason::kCancelled:
      return stopping_error();
    default:
      return wire::server_error("The answer failed: " + end.error + ".");
  }
}

wire::ApiError stopping_error() {
  wire::ApiError error = wire::server_error("The server is being stopped.");
  error.status = 503;
  return error;
}

wire::ApiError submit_error(const Error& error) {
  wire::ApiError result = wire::api_error(error);
  if (error.message.find("fit into the context") != std::string::npos)
    result.code = "context_length_exceeded";
  return result;
}

}  // namespace byeol::server
