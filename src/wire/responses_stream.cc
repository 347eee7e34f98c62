#include "wire/responses_stream.h"

#include <algorithm>

#include "wire/json_fields.h"
#include "wire/sse.h"

namespace byeol::wire {

void append_event(std::string& to, const ResponsesEvent& event) {
  append_event(to, event.json, event.type);
}

Status append_stored_event(std::string& to, std::string_view json) {
  const ApiResult<Json> event = parse_json(json);
  if (event && event->is_object()) {
    const auto type = event->find("type");
    if (type != event->end() && type->is_string()) {
      append_event(to, json, type->get_ref<const std::string&>());
      return ok();
    }
  }
  return Error{ErrorCode::kCorrupt,
               "a stored event of a response is not an object with a string as its type"};
}

std::span<const std::string> events_after(std::span<const std::string> events,
                                          std::int64_t starting_after) {
  const auto size = static_cast<std::int64_t>(events.size());
  const std::int64_t last_seen = std::clamp<std::int64_t>(starting_after, -1, size - 1);
  return events.subspan(static_cast<std::size_t>(last_seen + 1));
}

void append_error_event(std::string& to, const ApiError& error, std::int64_t sequence_number) {
  const Json described = to_json(error);
  const Json event{{"type", "error"},
                   {"sequence_number", sequence_number},
                   {"code", described["code"]},
                   {"message", described["message"]},
                   {"param", described["param"]}};
  append_event(to, event.dump(-1, ' ', false, Json::error_handler_t::replace), "error");
}

}  // namespace byeol::wire
