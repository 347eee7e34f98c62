// Any bytes as the body of POST /v1/responses: a request or a sentence; never a crash. What is
// accepted can be stored and read again, becomes messages, and is echoed as JSON.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/responses_events.h"
#include "wire/responses_messages.h"
#include "wire/responses_request.h"

namespace {

using namespace byeol::wire;

void check_items(Items items) {
  const auto lookup = [](std::string_view id) -> std::optional<std::string> {
    return Json{{"role", "user"}, {"content", id}}.dump();
  };
  BYEOL_CHECK(resolve_references(items, lookup));
  BYEOL_CHECK(!has_references(items));
  assign_item_ids(items, [] { return std::uint64_t{1}; });
  std::vector<std::string> texts;
  for (const Json& item : items) texts.push_back(item.dump());
  const auto again = parse_items(texts);
  BYEOL_CHECK(again && *again == items);
  BYEOL_CHECK(items_to_messages(items, "Be brief.").size() >= 1);
}

void check_response(const ResponsesRequest& request) {
  ResponsesEvents events(
      "resp_1", 1, request, [] { return std::uint64_t{1}; },
      [](const ResponsesEvent& event) { BYEOL_CHECK(Json::accept(event.json)); });
  events.start();
  events.content("Hi", {});
  events.finish({});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = parse_body(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!body) return 0;
  const auto request = read_responses_request(*body);
  if (!request) {
    BYEOL_CHECK(!request.error().message.empty() && request.error().status == 400);
    return 0;
  }
  check_items(request->input);
  check_response(*request);
  return 0;
}
