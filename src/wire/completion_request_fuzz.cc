// Any bytes: a request for completions, embeddings or tokens, or an error with a sentence.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/completion_request.h"
#include "wire/embedding_request.h"
#include "wire/tokenize_request.h"

namespace {

template <typename Request>
void check(const byeol::wire::ApiResult<Request>& request) {
  BYEOL_CHECK(request || (request.error().status == 400 && !request.error().message.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = byeol::wire::parse_body(text);
  if (!body) return 0;
  const auto request = byeol::wire::read_completion_request(*body);
  check(request);
  BYEOL_CHECK(!request || !request->prompts.empty());
  check(byeol::wire::read_embedding_request(*body));
  check(byeol::wire::read_tokenize_request(*body));
  check(byeol::wire::read_detokenize_request(*body));
  return 0;
}
