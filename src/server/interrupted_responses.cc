#include "server/interrupted_responses.h"

#include <algorithm>
#include <utility>

#include "wire/json_fields.h"

namespace byeol::server {
namespace {

using wire::Json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// "" where it is no object, or has none.
std::string field_of(std::string_view object, const char* name) {
  const auto json = wire::parse_json(object);
  if (!json || !json->is_object()) return {};
  const auto found = json->find(name);
  return found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string failed_response(std::string response, std::string_view message) {
  auto json = wire::parse_json(response);
  if (!json || !json->is_object()) return response;
  (*json)["status"] = "failed";
  (*json)["error"] = {{"code", "server_error"}, {"message", message}};
  for (const char* name : {"completed_at", "incomplete_details"})
    if (json->contains(name)) (*json)[name] = nullptr;
  return text_of(*json);
}

std::string failed_event(std::string_view response, std::int64_t sequence_number) {
  std::string event = R"({"type":"response.failed","sequence_number":)";
  event.append(std::to_string(sequence_number)).append(",\"response\":").append(response);
  return event + '}';
}

std::string as_it_is_now(std::string response) {
  const std::string status = field_of(response, "status");
  if (status != "queued" && status != "in_progress") return response;
  return failed_response(std::move(response), kServerStopped);
}

std::vector<std::string> rest_of_stored(std::string_view response, std::int64_t starting_after,
                                        std::vector<std::string> events) {
  const auto stored = static_cast<std::int64_t>(events.size());
  const std::int64_t next = std::max<std::int64_t>(starting_after, -1) + 1;
  const bool has_end = !events.empty() && field_of(events.back(), "type") == "response.failed";
  events.erase(events.begin(), events.begin() + std::min(next, stored));
  if (!has_end && field_of(response, "status") == "failed")
    events.push_back(failed_event(response, std::max(next, stored)));
  return events;
}

Status fail_interrupted(store::ResponseStore& responses) {
  BYEOL_TRY(const std::vector<store::UnfinishedResponse> unfinished, responses.unfinished());
  for (const store::UnfinishedResponse& response : unfinished) {
    const Status finished =
        responses.finish({response.id, failed_response(response.json, kServerStopped)});
    // Somebody else may have finished it in the meantime.
    if (!finished && finished.error().code != ErrorCode::kNotFound) return finished;
  }
  return ok();
}

}  // namespace byeol::server
