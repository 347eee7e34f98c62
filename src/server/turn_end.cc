#include "server/turn_end.h"

#include <algorithm>

#include "runtime/turn_names.h"
#include "server/prefix_hashes.h"

namespace byeol::server {

LoggedTurn to_log(const Context& context, const Call& call, std::string_view endpoint, int choice,
                  const runtime::Turn& turn) {
  LoggedTurn logged{.request = call.id,
                    .endpoint = std::string(endpoint),
                    .arrived = turn.arrived,
                    .turn_class = turn.turn_class,
                    .deadline = turn.deadline,
                    .insists = turn.insists,
                    .tenant = turn.tenant,
                    .choice = choice,
                    .max_tokens = turn.max_tokens,
                    .granted_tokens = context.runtime.longest_answer(turn),
                    .prompt_tokens = static_cast<std::int32_t>(turn.prompt.size())};
  if (context.request_log.is_open()) logged.prefix = prefix_hashes(turn.prompt);
  return logged;
}

void record(Context& context, const LoggedTurn& logged, const runtime::TurnEnd& end,
            Judges judges) {
  context.request_log.add(logged, end);
  context.metrics.served(
      {.turn_class = logged.turn_class,
       .reason = end.reason,
       .had_deadline = judges == Judges::kYes && logged.insists && logged.deadline.any(),
       .deadline = end.deadline,
       .timings = end.timings,
       .queue_s = std::max(end.deadline.first_ms / 1e3 - end.timings.prefill_s, 0.0),
       .total_s = end.deadline.total_ms / 1e3,
       .max_tokens = logged.max_tokens});
}

void record_unsubmitted(Context& context, const LoggedTurn& logged, const Error& error) {
  runtime::TurnEnd end{.reason = runtime::FinishReason::kRefused, .text = {}};
  end.retry_after_ms = submit_retry_ms(error);
  // What can never run is no turn that was turned away: the metrics count requests for that.
  if (end.retry_after_ms > 0) return record(context, logged, end);
  context.request_log.add(logged, end);
}

std::optional<wire::DeadlineReport> report_of(const LoggedTurn& logged,
                                              const runtime::TurnEnd& end) {
  if (!logged.insists || !logged.deadline.any()) return {};
  wire::DeadlineReport report{.met = end.deadline.missed == runtime::Missed::kNothing,
                              .missed = std::string(runtime::name_of(end.deadline.missed)),
                              .finished_early = end.deadline.finished_early};
  if (end.deadline.first_ms > 0) report.first_ms = end.deadline.first_ms;
  if (end.timings.generated_tokens > 1) {
    report.mean_gap_ms = end.deadline.mean_gap_ms;
    report.max_gap_ms = end.deadline.max_gap_ms;
  }
  report.total_ms = end.deadline.total_ms;
  return report;
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

double submit_retry_ms(const Error& error) {
  constexpr double kSoon = 1000;  // Steps are shorter, and each takes what came.
  return error.code == ErrorCode::kOverloaded ? kSoon : 0;
}

wire::ApiError submit_error(const Error& error) {
  if (error.code == ErrorCode::kOverloaded)
    return wire::overloaded("The request was refused: " + error.message + ".",
                            "deadline_unavailable");
  wire::ApiError result = wire::api_error(error);
  if (error.message.find("fit into the context") != std::string::npos)
    result.code = "context_length_exceeded";
  return result;
}

}  // namespace byeol::server
