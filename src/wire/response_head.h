// What every answer and every chunk of a stream repeats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/deadline_fields.h"

namespace byeol::wire {

struct ResponseHead {
  std::string id;            // See ids.h.
  std::int64_t created = 0;  // Unix seconds: when the request came in.
  std::string model;
  std::string system_fingerprint;                // Left out where empty.
  std::optional<ServiceTier> service_tier = {};  // Left out where absent.
};

// {"id":…,"object":"OBJECT","created":…,"model":…[,"service_tier":…][,"system_fingerprint":…]
// The object is left open.
void append_head(std::string& to, const ResponseHead& head, std::string_view object);

}  // namespace byeol::wire
