// The answers of POST /v1/completions on their way: to each prompt n choices, their texts as one
// object or as the chunks of a stream.
//
// Threads: as Generation.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/generation.h"
#include "wire/completion_request.h"
#include "wire/completion_writer.h"

namespace byeol::server {

class CompletionGeneration final : public Generation {
 public:
  // `echoes`: for each choice what stands before its answer; empty texts without `echo`.
  CompletionGeneration(Context& context, Call call, const wire::CompletionRequest& request,
                       std::int64_t prompt_tokens, std::vector<std::string> echoes);

  // The answer where no token is wanted: the prompts alone.
  void respond_echoes();

  const std::string& id() const { return head_.id; }

 private:
  struct Choice {
    wire::CompletionChoice answer;     // Where it is not streamed.
    wire::CompletionLogprobs pending;  // Of tokens that were not sent yet.
  };

  void admitted() override;
  void token(int choice, const runtime::TokenEvent& event) override;
  void ended(int choice, const runtime::TurnEnd& end) override;
  void all_ended(const std::optional<wire::ApiError>& error) override;

  std::optional<wire::CompletionLogprobs> take_logprobs(Choice& choice);
  void event(const std::function<void(std::string& data)>& write);

  wire::ResponseHead head_;
  wire::CompletionStream stream_;
  bool streams_, include_usage_, wants_logprobs_;
  int answers_;
  std::vector<Choice> choices_;
  std::vector<std::string> echoes_;
};

}  // namespace byeol::server
