// What all endpoints do first: the body, the model, the headers.
#pragma once

#include "server/call.h"
#include "server/context.h"
#include "wire/deadline_fields.h"

namespace byeol::server {

// The body's JSON object. 400 where it is none; an empty body has a sentence of its own.
wire::ApiResult<wire::Json> read_body(const Call& call);
// 404 where the request names another model than the one that is loaded.
wire::ApiStatus check_model(const Context& context, std::string_view model);
// 400 where a request asks for more answers than the server gives.
wire::ApiStatus check_answers(const Context& context, std::size_t answers);
wire::HeaderLookup header_lookup(const Call& call);

}  // namespace byeol::server
