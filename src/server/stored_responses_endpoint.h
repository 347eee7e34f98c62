// What can be done with a response after it was created: look at it, follow its stream again, list
// its input, cancel it, delete it. Another tenant's is answered as one that never was.
#pragma once

#include <string>

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

// GET /v1/responses/{id}, also with stream=true and starting_after=N.
void get_response(Context& context, const Call& call, const std::string& id);
// DELETE /v1/responses/{id}
void delete_response(Context& context, const Call& call, const std::string& id);
// POST /v1/responses/{id}/cancel
void cancel_response(Context& context, const Call& call, const std::string& id);
// GET /v1/responses/{id}/input_items
void list_input_items(Context& context, const Call& call, const std::string& id);

}  // namespace byeol::server
