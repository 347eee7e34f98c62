#include "wire/completion_request.h"

namespace byeol::wire {
namespace {

void check_best_of(const FieldReader& body, int answers) {
  const std::optional<std::int64_t> best_of = body.integer("best_of", 0, 20);
  if (!best_of || *best_of == answers) return;
  body.refuse("best_of",
              "'best_of' is " + std::to_string(*best_of) + " and 'n' is " +
                  std::to_string(answers) +
                  "; this server gives every answer that it makes, so "
                  "expected the same number.",
              "unsupported_parameter");
}

}  // namespace

ApiResult<CompletionRequest> read_completion_request(const Json& json) {
  FieldErrors errors;
  const FieldReader body(json, errors);
  CompletionRequest request;
  request.model = body.string("model").value_or("");
  request.prompts = read_inputs(body, "prompt");
  request.echo = body.boolean("echo").value_or(false);
  request.answers = read_answers(body);
  check_best_of(body, request.answers);
  request.max_tokens = read_tokens(body, "max_tokens", 0).value_or(16);
  request.stop = read_stop(body);
  request.sampling = read_sampling(body);
  if (const std::optional<std::int64_t> top = body.integer("logprobs", 0, 5))
    request.logprobs = static_cast<int>(*top);
  if (!body.string("suffix").value_or("").empty())
    body.refuse("suffix", "'suffix' is given; this server does not fill gaps in a text.",
                "unsupported_parameter");
  request.streaming = read_stream(body);
  request.service_tier = read_service_tier(body);
  request.deadline = read_deadline(body);
  request.user = body.string("user");
  request.form = read_answer_form(body);
  if (errors) return errors.take();
  return request;
}

}  // namespace byeol::wire
