#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/load/plan.h"
#include "bench/load/prompts.h"
#include "bench/load/trace_fields.h"

namespace byeol::bench {
namespace {

using Json = nlohmann::json;

Result<LoadRequest> read_planned(const Json& line, const PoissonLoad& otherwise,
                                 std::int64_t number) {
  BYEOL_TRY_OK(
      check_names(line, {"at_ms", "prompt", "prompt_tokens", "max_tokens", "deadline", "class"}));
  LoadRequest request = {.system = otherwise.system,
                         .max_tokens = otherwise.max_tokens,
                         .deadline = otherwise.deadline};
  std::optional<double> at_ms;
  BYEOL_TRY_OK(read_ms(line, "at_ms", at_ms));
  if (!at_ms) return wrong_trace("at_ms is missing");
  request.at_ms = *at_ms;
  std::int32_t words = otherwise.own_words;
  BYEOL_TRY_OK(read_tokens(line, "prompt_tokens", 1, words));
  BYEOL_TRY_OK(read_tokens(line, "max_tokens", 1, request.max_tokens));
  BYEOL_TRY_OK(read_text(line, "class", request.class_name));
  if (const auto deadline = line.find("deadline"); deadline != line.end())
    BYEOL_TRY_OK(
        read_limits(*deadline, {"first_ms", "gap_ms", "total_ms", "on_miss"}, request.deadline));
  if (line.contains("prompt") && line.contains("prompt_tokens"))
    return wrong_trace("either prompt or prompt_tokens");
  BYEOL_TRY_OK(read_text(line, "prompt", request.prompt));
  if (!line.contains("prompt"))
    request.prompt = make_question(otherwise.seed, otherwise.first_number + number, words);
  return request;
}

class TraceReader {
 public:
  explicit TraceReader(const PoissonLoad& otherwise) : otherwise_(otherwise) {}

  Status read(std::string_view text, std::int64_t number) {
    const Json line = Json::parse(text, nullptr, false);
    if (!line.is_object()) return wrong_trace("not a JSON object");
    if (line.contains("byeol_request_log"))
      return read_tokens(line, "page_tokens", 1, page_tokens_);
    const bool logged = line.contains("arrival_ms");
    if (any_ && logged != logged_) return wrong_trace("either at_ms or arrival_ms in all lines");
    any_ = true;
    logged_ = logged;
    if (!logged) {
      BYEOL_TRY(LoadRequest request, read_planned(line, otherwise_, number));
      plan_.push_back(std::move(request));
      return ok();
    }
    BYEOL_TRY(std::optional<LoadRequest> request,
              read_logged(line, page_tokens_, otherwise_.seed, otherwise_.first_number + number));
    if (request) plan_.push_back(*std::move(request));
    return ok();
  }

  // In the order of time. A log's begins with its first arrival.
  std::vector<LoadRequest> plan(double speed_up) {
    std::ranges::stable_sort(plan_, {}, &LoadRequest::at_ms);
    const double begin = logged_ && !plan_.empty() ? plan_.front().at_ms : 0;
    for (LoadRequest& request : plan_) request.at_ms = (request.at_ms - begin) / speed_up;
    return std::move(plan_);
  }

 private:
  const PoissonLoad& otherwise_;
  std::int32_t page_tokens_ = 64;
  bool any_ = false, logged_ = false;
  std::vector<LoadRequest> plan_;
};

}  // namespace

Result<std::vector<LoadRequest>> plan_trace(std::string_view text, const PoissonLoad& otherwise,
                                            double speed_up) {
  TraceReader reader(otherwise);
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Status read = reader.read(line, number);
    if (!read) return std::move(read.error()).within("trace, line " + std::to_string(number));
  }
  std::vector<LoadRequest> plan = reader.plan(speed_up);
  if (plan.empty()) return wrong_trace("the trace has no line");
  return plan;
}

}  // namespace byeol::bench
