// All endpoints, with their methods and paths: the table of contents of this module.
#pragma once

#include "server/context.h"
#include "server/router.h"

namespace byeol::server {

// `context` must outlive the router.
void add_endpoints(Context& context, Router& router);

}  // namespace byeol::server
