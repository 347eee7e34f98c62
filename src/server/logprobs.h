// Log-probabilities of the runtime → those of the wire.
#pragma once

#include "runtime/prompt_encoder.h"
#include "runtime/turn.h"
#include "wire/token_logprob.h"

namespace byeol::server {

wire::TokenLogprob logprob_of(const runtime::TokenEvent& token,
                              const runtime::PromptEncoder& encoder);

}  // namespace byeol::server
