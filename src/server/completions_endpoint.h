// POST /v1/completions.
#pragma once

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void completions(Context& context, const Call& call);

}  // namespace byeol::server
