// By when a request needs its answer: in the body
//   "deadline": {"first_ms": 300, "gap_ms": 60, "total_ms": 5000, "on_miss": "finish"}
// or in headers, for clients whose library sends only the fields it knows:
//   x-deadline-first-ms, x-deadline-gap-ms, x-deadline-total-ms, x-deadline-on-miss
// The body wins, field by field. Times are numbers above 0 and at most a day.
//
// And service_tier, the standard's own hook for who goes first.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "wire/api_error.h"
#include "wire/json_fields.h"

namespace byeol::wire {

inline constexpr double kDeadlineMaxMs = 86'400'000;

// What happens when the deadline is missed.
enum class OnMiss {
  kDegrade,  // The answer goes on without a guarantee.
  kFinish,   // It is brought to an end in time.
  kAbort,    // It stops, and the client is told so.
};

struct DeadlineFields {
  std::optional<double> first_ms = {};  // Until the first token.
  std::optional<double> gap_ms = {};    // From token to token.
  std::optional<double> total_ms = {};  // Until the last token.
  std::optional<OnMiss> on_miss = {};

  bool any() const { return first_ms || gap_ms || total_ms; }
  bool operator==(const DeadlineFields&) const = default;
};

// Errors are noted in the reader's.
DeadlineFields read_deadline(const FieldReader& body);

// The value of a header, by its name in lower case; nothing where it is absent.
using HeaderLookup = std::function<std::optional<std::string_view>(std::string_view name)>;
// Fills what the body left out. 400 where a header is not a time, or no known word.
ApiStatus add_deadline_headers(const HeaderLookup& header, DeadlineFields& deadline);

enum class ServiceTier { kAuto, kDefault, kFlex, kScale, kPriority, kFast, kRealtime };

// "auto", "default", "flex", "scale", "priority", "fast"; "realtime" is our addition.
std::string_view name_of(ServiceTier tier);
std::optional<ServiceTier> read_service_tier(const FieldReader& body);

}  // namespace byeol::wire
