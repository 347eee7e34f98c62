// The fields of a line of a trace, each with a sentence for what it should be. For trace.cc and
// logged_trace.cc.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "bench/load/plan.h"

namespace byeol::bench {

inline constexpr std::int32_t kTraceTokensMax = 1 << 24;

Error wrong_trace(const std::string& why);
// Each leaves the value as it is where the object has no such field.
Status read_ms(const nlohmann::json& object, const char* name, std::optional<double>& ms);
Status read_tokens(const nlohmann::json& object, const char* name, std::int32_t least,
                   std::int32_t& tokens);
Status read_text(const nlohmann::json& object, const char* name, std::string& text);
Status check_names(const nlohmann::json& object, std::initializer_list<std::string_view> known);
// All limits at once. Other names than `known` are none.
Status read_limits(const nlohmann::json& object, std::initializer_list<std::string_view> known,
                   LoadDeadline& deadline);

// A line of the server's request log (docs/request_log.md). Its at_ms is Unix time. Nothing where
// it is none of a request for text.
Result<std::optional<LoadRequest>> read_logged(const nlohmann::json& line, std::int32_t page_tokens,
                                               std::uint64_t seed, std::int64_t number);

}  // namespace byeol::bench
