#include "wire/chat_request.h"

#include <gtest/gtest.h>

#include "wire/request_test.h"

namespace byeol::wire {
namespace {

// A body with a message and these fields besides.
std::string with(const std::string& fields) {
  return R"({"model": "m", "messages": [{"role": "user", "content": "Hi"}], )" + fields + "}";
}

ChatRequest read(const std::string& text) {
  ApiResult<ChatRequest> request = read_chat_request(json_of(text));
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request ? *std::move(request) : ChatRequest{};
}

std::string refusal(const std::string& fields) {
  return error_of(read_chat_request, with(fields));
}

TEST(ChatRequest, DefaultsAreOpenAis) {
  const ChatRequest request = read(with(R"("unknown": {"a": 1})"));
  EXPECT_EQ(request.model, "m");
  EXPECT_EQ(request.messages.dump(), R"([{"role":"user","content":"Hi"}])");
  EXPECT_TRUE(request.tools.tools.is_null());
  EXPECT_TRUE(request.tools.functions.empty());
  EXPECT_TRUE(request.parallel_tool_calls);
  EXPECT_TRUE(request.add_generation_prompt);
  EXPECT_FALSE(request.continue_final_message);
  EXPECT_EQ(request.answers, 1);
  EXPECT_EQ(request.max_tokens, std::nullopt);
  EXPECT_TRUE(request.stop.empty());
  EXPECT_EQ(request.sampling, SamplingFields{});
  EXPECT_EQ(request.logprobs, std::nullopt);
  EXPECT_EQ(request.streaming, StreamFields{});
  EXPECT_EQ(request.service_tier, std::nullopt);
  EXPECT_FALSE(request.deadline.any());
  EXPECT_EQ(request.template_variables, Json::object());
}

TEST(ChatRequest, FieldsAreRead) {
  const ChatRequest request = read(with(
      R"("n": 2, "max_tokens": 5, "max_completion_tokens": 7, "stop": ["x"], "temperature": 0.5,
         "logprobs": true, "top_logprobs": 3, "stream": true,
         "stream_options": {"include_usage": true}, "service_tier": "realtime",
         "deadline": {"first_ms": 250}, "user": "u", "parallel_tool_calls": false,
         "store": true, "metadata": {"a": "b"}, "seed": 3, "response_format": {"type": "text"},
         "modalities": ["text"], "prediction": {"type": "content", "content": "x"})"));
  EXPECT_EQ(request.answers, 2);
  EXPECT_EQ(request.max_tokens, 7);
  EXPECT_EQ(request.stop, std::vector<std::string>{"x"});
  EXPECT_EQ(request.sampling.temperature, 0.5f);
  EXPECT_EQ(request.sampling.seed, 3);
  EXPECT_EQ(request.logprobs, 3);
  EXPECT_TRUE(request.streaming.include_usage);
  EXPECT_EQ(request.service_tier, ServiceTier::kRealtime);
  EXPECT_EQ(request.deadline.first_ms, 250);
  EXPECT_EQ(request.user, "u");
  EXPECT_FALSE(request.parallel_tool_calls);
  EXPECT_EQ(read(with(R"("logprobs": true)")).logprobs, 0);
  EXPECT_EQ(read(with(R"("max_tokens": 5)")).max_tokens, 5);
}

TEST(ChatRequest, TemplateVariablesHoldTheEffort) {
  EXPECT_EQ(read(with(R"("reasoning_effort": "none")")).template_variables.dump(),
            R"({"reasoning_effort":"none","enable_thinking":false})");
  EXPECT_EQ(read(with(R"("reasoning_effort": "none", "chat_template_kwargs":
                         {"enable_thinking": true, "reasoning_effort": "low"})"))
                .template_variables.dump(),
            R"({"enable_thinking":true,"reasoning_effort":"low"})");
  EXPECT_EQ(refusal(R"("reasoning_effort": "huge")"),
            "reasoning_effort: 'reasoning_effort' is \"huge\"; expected \"none\", \"minimal\", "
            "\"low\", \"medium\", \"high\", \"xhigh\" or \"max\".");
}

TEST(ChatRequest, TheFinalMessageIsContinued) {
  const ChatRequest request = read(
      R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
          "continue_final_message": true})");
  EXPECT_TRUE(request.continue_final_message);
  EXPECT_FALSE(request.add_generation_prompt);
  EXPECT_EQ(refusal(R"("continue_final_message": true)"),
            "continue_final_message: 'continue_final_message' is true; expected the last message "
            "to be the assistant's.");
  EXPECT_EQ(refusal(R"("continue_final_message": true, "add_generation_prompt": true)"),
            "continue_final_message: 'continue_final_message' and 'add_generation_prompt' are both "
            "true; a message is either continued or begun.");
}

TEST(ChatRequest, WhatWeCannotServeIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("response_format": {"type": "yaml"})",
       "response_format.type: 'response_format.type' is \"yaml\"; expected \"text\", "
       "\"json_object\" or \"json_schema\"."},
      {R"("modalities": ["text", "audio"])",
       "modalities: 'modalities' has \"audio\"; this model answers with text only."},
      {R"("audio": {"voice": "a"})", "audio: 'audio' is given; this model answers with text only."},
      {R"("functions": [])",
       "functions: 'functions' is the old form; give the functions in "
       "'tools'."},
      {R"("function_call": "auto")",
       "function_call: 'function_call' is the old form; use 'tool_choice'."},
      {R"("top_logprobs": 3)",
       "top_logprobs: 'top_logprobs' is only allowed when 'logprobs' is true."},
      {R"("logprobs": true, "top_logprobs": 21)",
       "top_logprobs: 'top_logprobs' is 21; expected an integer from 0 to 20."},
      {R"("n": 129)", "n: 'n' is 129; expected an integer from 1 to 128."},
      {R"("max_completion_tokens": 0)",
       "max_completion_tokens: 'max_completion_tokens' is 0; expected an integer from 1 to "
       "2147483647."},
      {R"("stream_options": {})",
       "stream_options: 'stream_options' is only allowed when 'stream' is true."},
      {R"("store": "yes")", "store: 'store' is \"yes\"; expected true or false."},
  };
  for (const auto& [fields, message] : cases) EXPECT_EQ(refusal(fields), message);
  EXPECT_EQ(read_chat_request(json_of(with(R"("audio": {"voice": "a"})"))).error().code,
            "unsupported_parameter");
}

}  // namespace
}  // namespace byeol::wire
