#include "server/logprobs.h"

namespace byeol::server {

wire::TokenLogprob logprob_of(const runtime::TokenEvent& token,
                              const runtime::PromptEncoder& encoder) {
  wire::TokenLogprob result{.bytes = std::string(encoder.bytes_of(token.token)),
                            .logprob = token.logprob};
  for (const auto& other : token.top)
    result.top.push_back({std::string(encoder.bytes_of(other.token)), other.logprob});
  return result;
}

}  // namespace byeol::server
