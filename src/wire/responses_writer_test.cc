#include "wire/responses_writer.h"

#include <gtest/gtest.h>

#include <string>

namespace byeol::wire {
namespace {

ResponsesRequest request_of(const std::string& fields = "") {
  ApiResult<ResponsesRequest> request =
      read_responses_request(*parse_body(R"({"model":"m","input":"Hi")" + fields + "}"));
  EXPECT_TRUE(request) << request.error().message;
  return *std::move(request);
}

Json written(const ResponsesRequest& request, const ResponseState& state = {},
             std::string_view output = "") {
  std::string text;
  ResponseWriter("resp_1", 1'800'000'000, request).append(text, state, output);
  return Json::parse(text);
}

// What the strict schema of Open Responses requires, with the types that it allows.
TEST(ResponsesWriter, AllRequiredKeysAreThereWithTheirDefaults) {
  const Json expected = Json::parse(R"({"id":"resp_1","object":"response",
      "created_at":1800000000,"completed_at":null,"status":"in_progress","incomplete_details":null,
      "model":"m","previous_response_id":null,"instructions":null,"output":[],"error":null,
      "tools":[],"tool_choice":"auto","truncation":"disabled","parallel_tool_calls":true,
      "text":{"format":{"type":"text"}},"top_p":1.0,"presence_penalty":0.0,"frequency_penalty":0.0,
      "top_logprobs":0,"temperature":1.0,"reasoning":{"effort":null,"summary":null},"user":null,
      "usage":null,"max_output_tokens":null,"max_tool_calls":null,"store":true,"background":false,
      "service_tier":"default","metadata":{},"safety_identifier":null,"prompt_cache_key":null})");
  const Json response = written(request_of());
  EXPECT_EQ(response.size(), expected.size());
  for (const auto& [key, value] : expected.items()) {
    ASSERT_TRUE(response.contains(key)) << key;
    EXPECT_EQ(response[key], value) << key;
  }
  EXPECT_TRUE(response["created_at"].is_number_integer());
}

TEST(ResponsesWriter, SettingsAreEchoed) {
  const Json response = written(request_of(R"(,"instructions":"Be \"brief\".","temperature":0.7,
      "previous_response_id":"resp_0","max_output_tokens":99,"max_tool_calls":3,"top_p":0.1,
      "tools":[{"type":"function","name":"f"}],"tool_choice":"none","truncation":"auto",
      "parallel_tool_calls":false,"text":{"verbosity":"low"},"presence_penalty":1,
      "frequency_penalty":-0.3,"top_logprobs":2,"reasoning":{"effort":"low","summary":"auto"},
      "user":"u","store":true,"background":true,"service_tier":"priority","metadata":{"a":"b"},
      "safety_identifier":"s","prompt_cache_key":"k")"));
  EXPECT_EQ(response["instructions"], "Be \"brief\".");
  EXPECT_EQ(response["previous_response_id"], "resp_0");
  EXPECT_EQ(response["temperature"].dump(), "0.7");
  EXPECT_EQ(response["top_p"].dump(), "0.1");
  EXPECT_EQ(response["frequency_penalty"].dump(), "-0.3");
  EXPECT_EQ(response["presence_penalty"], 1);
  EXPECT_EQ(response["max_output_tokens"], 99);
  EXPECT_EQ(response["max_tool_calls"], 3);
  EXPECT_EQ(response["tools"].dump(),
            R"([{"type":"function","name":"f","description":null,"parameters":null,)"
            R"("strict":false}])");
  EXPECT_EQ(response["tool_choice"], "none");
  EXPECT_EQ(response["truncation"], "auto");
  EXPECT_EQ(response["parallel_tool_calls"], false);
  EXPECT_EQ(response["text"].dump(), R"({"format":{"type":"text"},"verbosity":"low"})");
  EXPECT_EQ(response["top_logprobs"], 2);
  EXPECT_EQ(response["reasoning"].dump(), R"({"effort":"low","summary":"auto"})");
  EXPECT_EQ(response["user"], "u");
  EXPECT_EQ(response["background"], true);
  EXPECT_EQ(response["service_tier"], "priority");
  EXPECT_EQ(response["metadata"].dump(), R"({"a":"b"})");
  EXPECT_EQ(response["safety_identifier"], "s");
  EXPECT_EQ(response["prompt_cache_key"], "k");
  EXPECT_EQ(written(request_of(R"(,"service_tier":"auto")"))["service_tier"], "default");
}

TEST(ResponsesWriter, EachStatusHasItsFields) {
  const ResponsesRequest request = request_of();
  EXPECT_EQ(written(request, {.status = ResponseStatus::kQueued})["status"], "queued");
  EXPECT_EQ(written(request, {.status = ResponseStatus::kCancelled})["status"], "cancelled");

  const Json completed = written(request,
                                 {.status = ResponseStatus::kCompleted,
                                  .completed_at_s = 1'800'000'005,
                                  .usage = CompletionUsage{.prompt_tokens = 9,
                                                           .completion_tokens = 5,
                                                           .cached_tokens = 4,
                                                           .reasoning_tokens = 3},
                                  .deadline = DeadlineReport{.met = true, .first_ms = 12.5}},
                                 R"({"id":"msg_1"},{"id":"msg_2"})");
  EXPECT_EQ(completed["status"], "completed");
  EXPECT_EQ(completed["completed_at"], 1'800'000'005);
  EXPECT_EQ(completed["output"].size(), 2U);
  EXPECT_EQ(completed["usage"].dump(),
            R"({"input_tokens":9,"input_tokens_details":{"cached_tokens":4,)"
            R"("cache_write_tokens":0},"output_tokens":5,)"
            R"("output_tokens_details":{"reasoning_tokens":3},"total_tokens":14})");
  EXPECT_EQ(completed["deadline"]["first_ms"], 12.5);

  EXPECT_EQ(written(request, {.status = ResponseStatus::kIncomplete})["incomplete_details"].dump(),
            R"({"reason":"max_output_tokens"})");

  const auto failure = [&](const ApiError& error) {
    return written(request, {.status = ResponseStatus::kFailed, .error = error})["error"].dump();
  };
  EXPECT_EQ(failure(server_error("It broke.")), R"({"code":"server_error","message":"It broke."})");
  EXPECT_EQ(failure(overloaded("Full.")), R"({"code":"rate_limit_exceeded","message":"Full."})");
  EXPECT_EQ(failure(invalid_request("Odd.")), R"({"code":"invalid_prompt","message":"Odd."})");
}

TEST(ResponsesWriter, SmallAnswers) {
  const ListedItem items[] = {{"msg_1", R"({"id":"msg_1"})"}, {"msg_2", R"({"id":"msg_2"})"}};
  EXPECT_EQ(item_list(items, true), R"({"object":"list","data":[{"id":"msg_1"},{"id":"msg_2"}],)"
                                    R"("first_id":"msg_1","last_id":"msg_2","has_more":true})");
  EXPECT_EQ(item_list({}, false),
            R"({"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false})");
  EXPECT_EQ(deleted_response("resp_1"), R"({"id":"resp_1","object":"response","deleted":true})");
  EXPECT_EQ(input_tokens_answer(7), R"({"object":"response.input_tokens","input_tokens":7})");
}

}  // namespace
}  // namespace byeol::wire
