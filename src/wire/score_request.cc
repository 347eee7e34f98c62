#include "wire/score_request.h"

#include <algorithm>
#include <cmath>

#include "wire/answer_form.h"
#include "wire/chat_messages.h"

namespace byeol::wire {
namespace {

constexpr std::size_t kChoicesMax = 256;

}  // namespace

ApiResult<ScoreRequest> read_score_request(const Json& json) {
  FieldErrors errors;
  const FieldReader body(json, errors);
  ScoreRequest request;
  request.model = body.string("model").value_or("");
  const std::optional<std::string> prompt = body.string("prompt");
  if (body.find("messages") != nullptr)
    request.messages = read_messages(body);
  else if (!prompt || prompt->empty())
    body.refuse("messages", "'messages' and 'prompt' are missing; expected one of them.");
  if (request.messages != nullptr && prompt)
    body.refuse("prompt", "'prompt' and 'messages' are both given; expected one of them.");
  request.prompt = prompt.value_or("");
  request.choices = read_choices(body, "choices", body.required_array("choices", 1, kChoicesMax));
  request.service_tier = read_service_tier(body);
  request.deadline = read_deadline(body);
  if (errors) return errors.take();
  return request;
}

std::string score_response(std::string_view model, std::span<const ScoredChoice> choices,
                           std::int64_t prompt_tokens) {
  const auto best = std::ranges::max_element(choices, {}, &ScoredChoice::logprob);
  double total = 0, next = -INFINITY;
  std::int64_t tokens = prompt_tokens;
  for (auto choice = choices.begin(); choice != choices.end(); ++choice) {
    total += std::exp(choice->logprob - best->logprob);
    if (choice != best) next = std::max(next, choice->logprob);
    tokens += choice->tokens;
  }
  Json list = Json::array();
  for (std::size_t i = 0; i < choices.size(); ++i)
    list.push_back({{"index", i},
                    {"text", choices[i].text},
                    {"tokens", choices[i].tokens},
                    {"logprob", choices[i].logprob},
                    {"probability", std::exp(choices[i].logprob - best->logprob) / total}});
  const Json answer{{"object", "byeol.scores"},
                    {"model", model},
                    {"best", best - choices.begin()},
                    {"margin", choices.size() > 1 ? Json(best->logprob - next) : Json()},
                    {"choices", std::move(list)},
                    {"usage", {{"prompt_tokens", prompt_tokens}, {"total_tokens", tokens}}}};
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace byeol::wire
