// What every turn leaves behind when it ends: a line in the request log, counts in the metrics,
// what became of its deadline, and, where it was not served whole, the error that its client gets.
//
// Threads: any.
#pragma once

#include <optional>
#include <string_view>

#include "server/call.h"
#include "server/context.h"
#include "wire/api_error.h"
#include "wire/deadline_report.h"

namespace byeol::server {

// What is known of a turn before it is submitted. `choice`: which one of its request's.
LoggedTurn to_log(const Context& context, const Call& call, std::string_view endpoint, int choice,
                  const runtime::Turn& turn);

// Of several turns that share one deadline, only one judges it in the metrics.
enum class Judges { kYes, kNo };
void record(Context& context, const LoggedTurn& logged, const runtime::TurnEnd& end,
            Judges judges = Judges::kYes);
// Of a turn that could not be submitted: the runtime tells nobody of it.
void record_unsubmitted(Context& context, const LoggedTurn& logged, const Error& error);

// Nothing where the request had no deadline of its own.
std::optional<wire::DeadlineReport> report_of(const LoggedTurn& logged,
                                              const runtime::TurnEnd& end);

// Of a turn that was refused, stopped, cancelled or failed.
wire::ApiError error_of(const runtime::TurnEnd& end);

// The server is being stopped: 503.
wire::ApiError stopping_error();

// Of a turn that could not be submitted. A prompt that is too long has the code that clients know.
wire::ApiError submit_error(const Error& error);
// When it may come again; 0: never.
double submit_retry_ms(const Error& error);

}  // namespace byeol::server
