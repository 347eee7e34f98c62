#include <gtest/gtest.h>

#include <cmath>

#include "wire/completion_request.h"
#include "wire/completion_writer.h"
#include "wire/request_test.h"

namespace byeol::wire {
namespace {

using Ids = std::vector<std::int32_t>;

CompletionRequest read(const std::string& text) {
  ApiResult<CompletionRequest> request = read_completion_request(json_of(text));
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request ? *std::move(request) : CompletionRequest{};
}

std::string refusal(const std::string& text) {
  return error_of(read_completion_request, text);
}

TEST(CompletionRequest, TakesAllFormsOfAPrompt) {
  EXPECT_EQ(read(R"({"prompt": "a"})").prompts, std::vector<PromptInput>{"a"});
  EXPECT_EQ(read(R"({"prompt": ["a", ""]})").prompts, (std::vector<PromptInput>{"a", ""}));
  EXPECT_EQ(read(R"({"prompt": [1, 2]})").prompts, (std::vector<PromptInput>{Ids{1, 2}}));
  EXPECT_EQ(read(R"({"prompt": [[1], [2, 3]]})").prompts,
            (std::vector<PromptInput>{Ids{1}, Ids{2, 3}}));
}

TEST(CompletionRequest, DefaultsAreOpenAis) {
  const CompletionRequest request = read(R"({"model": "m", "prompt": "a"})");
  EXPECT_EQ(request.max_tokens, 16);
  EXPECT_EQ(request.answers, 1);
  EXPECT_FALSE(request.echo);
  EXPECT_EQ(request.logprobs, std::nullopt);
  EXPECT_EQ(request.sampling, SamplingFields{});
}

TEST(CompletionRequest, FieldsAreRead) {
  const CompletionRequest request = read(
      R"({"prompt": "a", "max_tokens": 0, "echo": true, "n": 2, "best_of": 2, "logprobs": 5,
          "suffix": "", "stop": "x", "deadline": {"total_ms": 10}, "stream": true})");
  EXPECT_EQ(request.max_tokens, 0);
  EXPECT_TRUE(request.echo);
  EXPECT_EQ(request.answers, 2);
  EXPECT_EQ(request.logprobs, 5);
  EXPECT_EQ(request.deadline.total_ms, 10);
  EXPECT_TRUE(request.streaming.stream);
}

TEST(CompletionRequest, IsChecked) {
  const std::pair<const char*, const char*> cases[] = {
      {"{}",
       "prompt: 'prompt' is missing; expected a string, a list of strings, a list of token "
       "ids or a list of such lists."},
      {R"({"prompt": []})",
       "prompt: 'prompt' is an empty list; expected a string, a list of "
       "strings, a list of token ids or a list of such lists."},
      {R"({"prompt": ["a", 1]})", "prompt[1]: 'prompt[1]' is 1; expected a string."},
      {R"({"prompt": [1, -1]})", "prompt[1]: 'prompt[1]' is -1; expected a token id."},
      {R"({"prompt": [1, 2147483648]})",
       "prompt[1]: 'prompt[1]' is 2147483648; expected a token id."},
      {R"({"prompt": [[1], []]})",
       "prompt[1]: 'prompt[1]' is an empty list; expected a string or a list of token ids."},
      {R"({"prompt": [[1, 0.5]]})", "prompt[0][1]: 'prompt[0][1]' is 0.5; expected a token id."},
      {R"({"prompt": "a", "best_of": 3})",
       "best_of: 'best_of' is 3 and 'n' is 1; this server gives every answer that it makes, so "
       "expected the same number."},
      {R"({"prompt": "a", "suffix": "b"})",
       "suffix: 'suffix' is given; this server does not fill gaps in a text."},
      {R"({"prompt": "a", "logprobs": 6})",
       "logprobs: 'logprobs' is 6; expected an integer from 0 to 5."},
  };
  for (const auto& [body, message] : cases) EXPECT_EQ(refusal(body), message);
  std::string many = R"({"prompt": [")";
  for (std::size_t i = 0; i < kInputsMax; ++i) many += "a\",\"";
  EXPECT_EQ(refusal(many + "\"]}"),
            "prompt: 'prompt' is a list of 2049; expected a list of at most 2048.");
}

TEST(CompletionResponse, HasEveryRequiredField) {
  const CompletionChoice choice{.text = "Hi", .finish_reason = FinishReason::kLength};
  const std::string text =
      completion_response({.id = "cmpl-1", .created = 1, .model = "m", .system_fingerprint = "f"},
                          {&choice, 1}, {}, DeadlineReport{});
  EXPECT_TRUE(text.starts_with(
      R"({"id":"cmpl-1","object":"text_completion","created":1,"model":"m",)"
      R"("system_fingerprint":"f","choices":[{"text":"Hi","index":0,"logprobs":null,)"
      R"("finish_reason":"length"}],"usage":{"prompt_tokens":0,)"))
      << text;
  EXPECT_EQ(json_of(text)["deadline"]["met"], true);
}

TEST(CompletionResponse, TellsLogprobsInTheOldForm) {
  const CompletionLogprobs logprobs{
      .tokens = {{"a", -1, {}},
                 {"\xed\x95", -0.5f, {{"\xed\x95", -0.5f}, {"b", -HUGE_VALF}, {"b", -3}}},
                 {"\x9c", -0.25f, {}}},
      .begins_prompt = true,
      .text_offset = 3};
  EXPECT_EQ(logprobs.next_offset(), 5);
  const CompletionStream stream(
      {.id = "cmpl-1", .created = 1, .model = "m", .system_fingerprint = ""}, true);
  std::string text;
  stream.append_text(text, 2, "a한", logprobs);
  EXPECT_EQ(text, R"({"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":)"
                  R"([{"text":"a한","index":2,"logprobs":{"tokens":["a","bytes:\\xed\\x95",)"
                  R"("bytes:\\x9c"],"token_logprobs":[null,-0.5,-0.25],"top_logprobs":[null,)"
                  R"({"bytes:\\xed\\x95":-0.5,"b":-9999},{}],"text_offset":[3,4,5]},)"
                  R"("finish_reason":null}],"usage":null})");
}

TEST(CompletionStream, EndsWithAReasonThenTheUsage) {
  const CompletionStream stream({.id = "c", .created = 1, .model = "m", .system_fingerprint = ""},
                                false);
  std::string text;
  stream.append_finish(text, 0, "x", FinishReason::kStop, DeadlineReport{.met = false});
  Json json = json_of(text);
  EXPECT_EQ(json["choices"][0].dump(),
            R"({"text":"x","index":0,"logprobs":null,"finish_reason":"stop"})");
  EXPECT_EQ(json["deadline"]["met"], false);
  text.clear();
  stream.append_usage(text, {.prompt_tokens = 2});
  json = json_of(text);
  EXPECT_EQ(json["choices"], Json::array());
  EXPECT_EQ(json["usage"]["total_tokens"], 2);
}

}  // namespace
}  // namespace byeol::wire
