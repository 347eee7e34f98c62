// POST /v1/responses and /v1/responses/input_tokens.
#pragma once

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void create_response(Context& context, const Call& call);
void count_input_tokens(Context& context, const Call& call);

}  // namespace byeol::server
