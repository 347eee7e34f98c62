#include "wire/chat_writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "wire/request_test.h"

namespace byeol::wire {
namespace {

ResponseHead head() {
  return {.id = "chatcmpl-1", .created = 1, .model = "m", .system_fingerprint = ""};
}

// The text of what a function appends.
template <typename Append>
std::string appended(Append append) {
  std::string text;
  append(text);
  return text;
}

constexpr const char* kUsage =
    R"({"prompt_tokens":9,"completion_tokens":1,"total_tokens":10,"prompt_tokens_details":)"
    R"({"cached_tokens":4,"cache_write_tokens":0,"audio_tokens":0,"text_tokens":9,)"
    R"("image_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,)"
    R"("text_tokens":1,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}})";

const CompletionUsage kNineAndOne{.prompt_tokens = 9, .completion_tokens = 1, .cached_tokens = 4};

TEST(ChatResponse, HasEveryRequiredField) {
  const ChatChoice choice{.content = "Hi"};
  EXPECT_EQ(chat_response(head(), {&choice, 1}, kNineAndOne),
            R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m",)"
            R"("choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,)"
            R"("annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":)" +
                std::string(kUsage) + "}");
}

TEST(ChatResponse, TellsReasoningCallsLogprobsAndTheDeadline) {
  ResponseHead full = head();
  full.system_fingerprint = "fp";
  full.service_tier = ServiceTier::kPriority;
  const ChatChoice choices[] = {
      {.reasoning = "Hm.",
       .calls = {{"call_1", "f", "{\"a\": \"b\"}"}, {"call_2", "g", ""}},
       .finish_reason = FinishReason::kToolCalls},
      {.content = "x",
       .logprobs = std::vector<TokenLogprob>{{"x", -0.5f, {{"x", -0.5f}}}},
       .finish_reason = FinishReason::kLength}};
  const Json json = json_of(chat_response(
      full, choices, {},
      DeadlineReport{.met = false, .first_ms = 1.23456, .missed = "gap", .finished_early = true}));
  EXPECT_EQ(json["system_fingerprint"], "fp");
  EXPECT_EQ(json["service_tier"], "priority");
  EXPECT_EQ(json["choices"][0].dump(),
            R"({"index":0,"message":{"role":"assistant","content":null,"refusal":null,)"
            R"("annotations":[],"reasoning_content":"Hm.","tool_calls":[{"id":"call_1",)"
            R"("type":"function","function":{"name":"f","arguments":"{\"a\": \"b\"}"}},)"
            R"({"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},)"
            R"("logprobs":null,"finish_reason":"tool_calls"})");
  EXPECT_EQ(json["choices"][1]["logprobs"].dump(),
            R"({"content":[{"token":"x","logprob":-0.5,"bytes":[120],"top_logprobs":)"
            R"([{"token":"x","logprob":-0.5,"bytes":[120]}]}],"refusal":null})");
  EXPECT_EQ(json["choices"][1]["finish_reason"], "length");
  EXPECT_EQ(json["deadline"].dump(),
            R"({"met":false,"first_ms":1.235,"mean_gap_ms":null,"max_gap_ms":null,)"
            R"("total_ms":null,"missed":"gap","finished_early":true})");
}

TEST(ChatStream, WritesTheChunksOfTheReference) {
  const ChatStream stream(head(), false);
  EXPECT_EQ(appended([&](std::string& to) { stream.append_role(to, 0); }),
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
            R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,)"
            R"("finish_reason":null}]})");
  EXPECT_EQ(appended([&](std::string& to) { stream.append_content(to, 0, "Hi"); }),
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
            R"("choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,)"
            R"("finish_reason":null}]})");
  EXPECT_EQ(appended([&](std::string& to) { stream.append_finish(to, 0, FinishReason::kStop); }),
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
            R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]})");
}

TEST(ChatStream, TellsUsageLastAndNullBefore) {
  const ChatStream stream(head(), true);
  EXPECT_EQ(appended([&](std::string& to) { stream.append_content(to, 1, "\"\n"); }),
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
            R"("choices":[{"index":1,"delta":{"content":"\"\n"},"logprobs":null,)"
            R"("finish_reason":null}],"usage":null})");
  EXPECT_EQ(appended([&](std::string& to) { stream.append_usage(to, kNineAndOne); }),
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
            R"("choices":[],"usage":)" +
                std::string(kUsage) + "}");
  const Json last = json_of(appended([&](std::string& to) {
    stream.append_finish(to, 0, FinishReason::kLength, DeadlineReport{.total_ms = 7});
  }));
  EXPECT_TRUE(last["usage"].is_null());
  EXPECT_EQ(last["deadline"]["total_ms"], 7);
  EXPECT_TRUE(last["deadline"]["missed"].is_null());
}

TEST(ChatStream, ACallHasItsIdAndNameOnce) {
  const ChatStream stream(head(), false);
  const auto delta = [](const std::string& chunk) { return json_of(chunk)["choices"][0]["delta"]; };
  EXPECT_EQ(
      delta(appended([&](std::string& to) { stream.append_call(to, 0, 1, "call_x", "f"); })).dump(),
      R"({"tool_calls":[{"index":1,"id":"call_x","type":"function",)"
      R"("function":{"name":"f","arguments":""}}]})");
  EXPECT_EQ(
      delta(appended([&](std::string& to) { stream.append_arguments(to, 0, 1, "{\"a\""); })).dump(),
      R"({"tool_calls":[{"index":1,"function":{"arguments":"{\"a\""}}]})");
  EXPECT_EQ(delta(appended([&](std::string& to) { stream.append_reasoning(to, 0, "Hm"); })).dump(),
            R"({"reasoning_content":"Hm"})");
}

TEST(ChatResponse, ACallOfACustomToolHasItsInput) {
  const ChatChoice choice{
      .calls = {{"call_1", "sql", "a\n\"b\"", ToolType::kCustom}, {"call_2", "f", "{}"}},
      .finish_reason = FinishReason::kToolCalls};
  EXPECT_EQ(json_of(chat_response(head(), {&choice, 1}, {}))["choices"][0]["message"]["tool_calls"]
                .dump(),
            R"([{"id":"call_1","type":"custom","custom":{"name":"sql","input":"a\n\"b\""}},)"
            R"({"id":"call_2","type":"function","function":{"name":"f","arguments":"{}"}}])");
}

TEST(ChatStream, ACallOfACustomToolHasItsInputInParts) {
  const ChatStream stream(head(), false);
  const auto delta = [](const std::string& chunk) { return json_of(chunk)["choices"][0]["delta"]; };
  EXPECT_EQ(delta(appended([&](std::string& to) {
              stream.append_call(to, 0, 0, "call_x", "sql", ToolType::kCustom);
            })).dump(),
            R"({"tool_calls":[{"index":0,"id":"call_x","type":"custom",)"
            R"("custom":{"name":"sql","input":""}}]})");
  EXPECT_EQ(delta(appended([&](std::string& to) {
              stream.append_arguments(to, 0, 0, "a\n", ToolType::kCustom);
            })).dump(),
            R"({"tool_calls":[{"index":0,"custom":{"input":"a\n"}}]})");
}

TEST(TokenLogprobs, ShowPartsOfCharactersAndClampTheImpossible) {
  const TokenLogprob tokens[] = {
      {"\xed\x95", -std::numeric_limits<float>::infinity(), {}},
      {"a", std::numeric_limits<float>::quiet_NaN(), {{"\x9c", -1.25f}}}};
  std::string text;
  append_json(text, tokens);
  EXPECT_EQ(text,
            "[{\"token\":\"\xEF\xBF\xBD\",\"logprob\":-9999,\"bytes\":[237,149],"
            "\"top_logprobs\":[]},{\"token\":\"a\",\"logprob\":-9999,\"bytes\":[97],"
            "\"top_logprobs\":[{\"token\":\"\xEF\xBF\xBD\",\"logprob\":-1.25,\"bytes\":[156]}]}]");
}

TEST(TokenLogprobs, StandInTheirChunk) {
  const ChatStream stream(head(), false);
  const TokenLogprob token{"a", -1, {}};
  const Json json = json_of(
      appended([&](std::string& to) { stream.append_content(to, 0, "a", std::span(&token, 1)); }));
  EXPECT_EQ(json["choices"][0]["logprobs"]["content"][0]["token"], "a");
  EXPECT_TRUE(json["choices"][0]["logprobs"]["refusal"].is_null());
}

}  // namespace
}  // namespace byeol::wire
