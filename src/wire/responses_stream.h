// The events of /v1/responses as a stream of server-sent events, live or from the store.
//
// Threads: plain values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/api_error.h"

namespace byeol::wire {

struct ResponsesEvent {
  std::string_view type;  // Also inside of the JSON.
  std::string_view json;
};

// event: TYPE, data: JSON.
void append_event(std::string& to, const ResponsesEvent& event);

// The same of a stored event. kCorrupt: it is not one.
Status append_stored_event(std::string& to, std::string_view json);

// Of all events of a response, which are numbered from 0 on: those after that number.
std::span<const std::string> events_after(std::span<const std::string> events,
                                          std::int64_t starting_after);

// The event "error": a stream that breaks before its response can say so.
void append_error_event(std::string& to, const ApiError& error, std::int64_t sequence_number);

}  // namespace byeol::wire
