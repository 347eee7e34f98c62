// Any bytes: a request, or an error with a sentence that is UTF-8; never a crash.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "wire/chat_request.h"

namespace {

void check(const byeol::wire::ApiError& error) {
  BYEOL_CHECK(error.status >= 400 && error.status < 500);
  BYEOL_CHECK(!error.message.empty());
  BYEOL_CHECK(byeol::utf8::is_valid(byeol::wire::body_of(error)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = byeol::wire::parse_body(text);
  if (!body) {
    check(body.error());
    return 0;
  }
  const auto request = byeol::wire::read_chat_request(*body);
  if (!request) {
    check(request.error());
    return 0;
  }
  BYEOL_CHECK(!request->messages.empty());
  for (const auto& message : request->messages) BYEOL_CHECK(message["content"].is_string());
  return 0;
}
