// GET /v1/byeol/scheduler: what the scheduler is doing, once or (?stream=true) as a stream of
// server-sent events, five a second. The playground draws it. docs/api.md gives the form.
#pragma once

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void scheduler_view(Context& context, const Call& call);

}  // namespace byeol::server
