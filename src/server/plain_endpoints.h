// The endpoints that answer at once: models, tokens, health, metrics.
#pragma once

#include <string>

#include "server/call.h"
#include "server/context.h"

namespace byeol::server {

void list_models(const Context& context, const Call& call);
void show_model(const Context& context, const Call& call, const std::string& name);
void tokenize(const Context& context, const Call& call);
void detokenize(const Context& context, const Call& call);

}  // namespace byeol::server
