// Responses that did not come to the end that they had: their server stopped, or the disk did not
// take them. They are failed, and so is the end of their streams.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/response_store.h"

namespace byeol::server {

inline constexpr const char* kServerStopped =
    "The server was stopped before the response was complete.";

// The Response object, failed for that reason. What is no object stays as it is.
std::string failed_response(std::string response, std::string_view message);
// The event response.failed.
std::string failed_event(std::string_view response, std::int64_t sequence_number);

// A stored response that nobody is making: one that is still queued or in progress has failed.
std::string as_it_is_now(std::string response);
// Of all stored events, those after that number. Where the response failed, but the last one stored
// does not say so, an event that does is added, so that every stream has its end, whatever its
// reader has seen before.
std::vector<std::string> rest_of_stored(std::string_view response, std::int64_t starting_after,
                                        std::vector<std::string> events);

// When the server starts: what was being made when it died becomes failed.
Status fail_interrupted(store::ResponseStore& responses);

}  // namespace byeol::server
