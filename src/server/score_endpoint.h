// POST /v1/byeol/score: texts rated instead of chosen (wire/score_request.h).
#pragma once

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void score(Context& context, const Call& call);

}  // namespace byeol::server
