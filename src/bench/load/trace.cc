#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/load/plan.h"
#include "bench/load/prompts.h"

namespace byeol::bench {
namespace {

using Json = nlohmann::json;

constexpr std::int32_t kTokensMax = 1 << 24;
constexpr double kAtMsMax = 1e12;

Error wrong(const std::string& why) {
  return {ErrorCode::kInvalidArgument, why};
}

Status read_ms(const Json& object, const char* name, std::optional<double>& ms) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return ok();
  if (!found->is_number() || found->get<double>() < 0 || found->get<double>() > kAtMsMax)
    return wrong(std::string(name) + " must be milliseconds, 0 or more");
  ms = found->get<double>();
  return ok();
}

Status read_tokens(const Json& object, const char* name, std::int32_t& tokens) {
  const auto found = object.find(name);
  if (found == object.end()) return ok();
  if (!found->is_number_integer() || *found < 1 || *found > kTokensMax)
    return wrong(std::string(name) + " must be a number of tokens, 1 to " +
                 std::to_string(kTokensMax));
  tokens = found->get<std::int32_t>();
  return ok();
}

Status read_text(const Json& object, const char* name, std::string& text) {
  const auto found = object.find(name);
  if (found == object.end()) return ok();
  if (!found->is_string()) return wrong(std::string(name) + " must be a text");
  text = found->get<std::string>();
  return ok();
}

Status check_names(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.items())
    if (std::ranges::find(known, name) == known.end()) return wrong("unknown name '" + name + "'");
  return ok();
}

Status read_deadline(const Json& line, LoadDeadline& deadline) {
  const auto found = line.find("deadline");
  if (found == line.end()) return ok();
  if (!found->is_object()) return wrong("deadline must be an object");
  BYEOL_TRY_OK(check_names(*found, {"first_ms", "gap_ms", "total_ms", "on_miss"}));
  deadline = {};
  BYEOL_TRY_OK(read_ms(*found, "first_ms", deadline.first_ms));
  BYEOL_TRY_OK(read_ms(*found, "gap_ms", deadline.gap_ms));
  BYEOL_TRY_OK(read_ms(*found, "total_ms", deadline.total_ms));
  return read_text(*found, "on_miss", deadline.on_miss);
}

Result<LoadRequest> read_line(std::string_view text, const PoissonLoad& otherwise,
                              std::int64_t number) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object()) return wrong("not a JSON object");
  BYEOL_TRY_OK(
      check_names(line, {"at_ms", "prompt", "prompt_tokens", "max_tokens", "deadline", "class"}));
  LoadRequest request = {.system = otherwise.system,
                         .max_tokens = otherwise.max_tokens,
                         .deadline = otherwise.deadline};
  std::optional<double> at_ms;
  BYEOL_TRY_OK(read_ms(line, "at_ms", at_ms));
  if (!at_ms) return wrong("at_ms is missing");
  request.at_ms = *at_ms;
  std::int32_t words = otherwise.own_words;
  BYEOL_TRY_OK(read_tokens(line, "prompt_tokens", words));
  BYEOL_TRY_OK(read_tokens(line, "max_tokens", request.max_tokens));
  BYEOL_TRY_OK(read_text(line, "class", request.class_name));
  BYEOL_TRY_OK(read_deadline(line, request.deadline));
  if (line.contains("prompt") && line.contains("prompt_tokens"))
    return wrong("either prompt or prompt_tokens");
  BYEOL_TRY_OK(read_text(line, "prompt", request.prompt));
  if (!line.contains("prompt"))
    request.prompt = make_question(otherwise.seed, otherwise.first_number + number, words);
  return request;
}

}  // namespace

Result<std::vector<LoadRequest>> plan_trace(std::string_view text, const PoissonLoad& otherwise,
                                            double speed_up) {
  std::vector<LoadRequest> plan;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Result<LoadRequest> request = read_line(line, otherwise, number);
    if (!request) return std::move(request.error()).within("trace, line " + std::to_string(number));
    request->at_ms /= speed_up;
    plan.push_back(*std::move(request));
  }
  if (plan.empty()) return wrong("the trace has no line");
  std::ranges::stable_sort(plan, {}, &LoadRequest::at_ms);
  return plan;
}

}  // namespace byeol::bench
