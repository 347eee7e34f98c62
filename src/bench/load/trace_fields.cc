#include "bench/load/trace_fields.h"

#include <algorithm>

namespace byeol::bench {
namespace {

using Json = nlohmann::json;

constexpr double kMsMax = 1e12;

}  // namespace

Error wrong_trace(const std::string& why) {
  return {ErrorCode::kInvalidArgument, why};
}

Status read_ms(const Json& object, const char* name, std::optional<double>& ms) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return ok();
  if (!found->is_number() || found->get<double>() < 0 || found->get<double>() > kMsMax)
    return wrong_trace(std::string(name) + " must be milliseconds, 0 or more");
  ms = found->get<double>();
  return ok();
}

Status read_tokens(const Json& object, const char* name, std::int32_t least, std::int32_t& tokens) {
  const auto found = object.find(name);
  if (found == object.end()) return ok();
  if (!found->is_number_integer() || *found < least || *found > kTraceTokensMax)
    return wrong_trace(std::string(name) + " must be a number of tokens, " + std::to_string(least) +
                       " to " + std::to_string(kTraceTokensMax));
  tokens = found->get<std::int32_t>();
  return ok();
}

Status read_text(const Json& object, const char* name, std::string& text) {
  const auto found = object.find(name);
  if (found == object.end()) return ok();
  if (!found->is_string()) return wrong_trace(std::string(name) + " must be a text");
  text = found->get<std::string>();
  return ok();
}

Status check_names(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.items())
    if (std::ranges::find(known, name) == known.end())
      return wrong_trace("unknown name '" + name + "'");
  return ok();
}

Status read_limits(const Json& object, std::initializer_list<std::string_view> known,
                   LoadDeadline& deadline) {
  if (!object.is_object()) return wrong_trace("deadline must be an object");
  BYEOL_TRY_OK(check_names(object, known));
  deadline = {};
  BYEOL_TRY_OK(read_ms(object, "first_ms", deadline.first_ms));
  BYEOL_TRY_OK(read_ms(object, "gap_ms", deadline.gap_ms));
  BYEOL_TRY_OK(read_ms(object, "total_ms", deadline.total_ms));
  return read_text(object, "on_miss", deadline.on_miss);
}

}  // namespace byeol::bench
