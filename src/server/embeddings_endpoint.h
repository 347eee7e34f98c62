// POST /v1/embeddings.
#pragma once

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void embeddings(Context& context, const Call& call);

}  // namespace byeol::server
