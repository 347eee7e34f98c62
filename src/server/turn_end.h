// What every turn leaves behind when it ends: a line in the request log, counts in the metrics,
// and, where it was not served whole, the error that its client gets.
//
// Threads: any.
#pragma once

#include "server/context.h"
#include "wire/api_error.h"

namespace byeol::server {

void record(Context& context, const LoggedTurn& logged, const runtime::TurnEnd& end);

// Of a turn that was refused, stopped, cancelled or failed.
wire::ApiError error_of(const runtime::TurnEnd& end);

// The server is being stopped: 503.
wire::ApiError stopping_error();

// Of a turn that could not be submitted. A prompt that is too long has the code that clients know.
wire::ApiError submit_error(const Error& error);

}  // namespace byeol::server
