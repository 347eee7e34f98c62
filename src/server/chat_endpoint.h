// POST /v1/chat/completions.
#pragma once

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void chat_completions(Context& context, const Call& call);

}  // namespace byeol::server
