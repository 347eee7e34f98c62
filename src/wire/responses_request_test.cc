#include "wire/responses_request.h"

#include <gtest/gtest.h>

#include <string>

namespace byeol::wire {
namespace {

ApiResult<ResponsesRequest> read(const std::string& fields) {
  const ApiResult<Json> body = parse_body(R"({"model":"m","input":"Hi")" + fields + "}");
  EXPECT_TRUE(body) << body.error().message;
  return read_responses_request(*body);
}

ResponsesRequest accepted(const std::string& fields) {
  ApiResult<ResponsesRequest> request = read(fields);
  EXPECT_TRUE(request) << fields << ": " << request.error().message;
  return request ? *request : ResponsesRequest{};
}

TEST(ResponsesRequest, DefaultsAreThoseOfTheSpecification) {
  const ResponsesRequest request = accepted("");
  EXPECT_EQ(request.model, "m");
  EXPECT_EQ(request.input.size(), 1U);
  EXPECT_FALSE(request.instructions);
  EXPECT_TRUE(request.store);
  EXPECT_TRUE(request.parallel_tool_calls);
  EXPECT_FALSE(request.stream || request.background || request.truncate || request.logprobs);
  EXPECT_FALSE(request.max_output_tokens);
  EXPECT_EQ(request.sampling, SamplingFields{});
  EXPECT_FALSE(request.deadline.any());
}

TEST(ResponsesRequest, ReadsEachField) {
  const ResponsesRequest request = accepted(R"(,
      "instructions":"Be brief.","previous_response_id":"resp_1","parallel_tool_calls":false,
      "max_output_tokens":16,"max_tool_calls":2,"temperature":0.5,"top_p":0.9,"top_logprobs":20,
      "include":["message.output_text.logprobs","reasoning.encrypted_content"],"store":true,
      "background":true,"stream":true,"stream_options":{"include_obfuscation":false},
      "truncation":"auto","metadata":{"a":"b"},"reasoning":{"effort":"none","summary":"auto"},
      "text":{"format":{"type":"text"},"verbosity":"low"},"user":"u","safety_identifier":"s",
      "prompt_cache_key":"k","service_tier":"flex","deadline":{"first_ms":300},"seed":7,
      "chat_template_kwargs":{"a":1},"a field of next year":{})");
  EXPECT_EQ(request.instructions, "Be brief.");
  EXPECT_EQ(request.previous_response_id, "resp_1");
  EXPECT_FALSE(request.parallel_tool_calls);
  EXPECT_EQ(request.max_output_tokens, 16);
  EXPECT_EQ(request.max_tool_calls, 2);
  EXPECT_EQ(request.sampling.temperature, 0.5F);
  EXPECT_EQ(request.sampling.seed, 7);
  EXPECT_TRUE(request.logprobs);
  EXPECT_EQ(request.top_logprobs, 20);
  EXPECT_TRUE(request.background && request.stream && request.truncate);
  EXPECT_EQ(request.metadata.dump(), R"({"a":"b"})");
  EXPECT_EQ(request.reasoning_effort, "none");
  EXPECT_EQ(request.reasoning_summary, "auto");
  EXPECT_EQ(request.template_variables.dump(),
            R"({"a":1,"reasoning_effort":"none","enable_thinking":false})");
  EXPECT_EQ(request.verbosity, "low");
  EXPECT_EQ(request.user, "u");
  EXPECT_EQ(request.safety_identifier, "s");
  EXPECT_EQ(request.prompt_cache_key, "k");
  EXPECT_EQ(request.service_tier, ServiceTier::kFlex);
  EXPECT_EQ(request.deadline.first_ms, 300);
}

TEST(ResponsesRequest, NullIsAbsent) {
  const ResponsesRequest request = accepted(R"(,"instructions":null,"tools":null,"include":null,
      "metadata":null,"reasoning":null,"text":null,"conversation":null,"prompt":null,"store":null,
      "max_output_tokens":null,"truncation":null,"service_tier":null,"tool_choice":null)");
  EXPECT_TRUE(request.store);
}

TEST(ResponsesRequest, AFormerResponseIsInputEnough) {
  const Json alone{{"previous_response_id", "resp_1"}};
  ASSERT_TRUE(read_responses_request(alone));
  const ApiResult<ResponsesRequest> nothing =
      read_responses_request(Json{{"input", Json::array()}});
  EXPECT_EQ(nothing.error().message,
            "'input' is empty and there is no 'previous_response_id'; expected one of them.");
}

struct BadField {
  const char* field;
  const char* param;
  const char* message;
};

TEST(ResponsesRequest, WhatIsWrongIsASentence) {
  const BadField table[] = {
      {R"("model":3)", "model", "'model' is 3; expected a string."},
      {R"("instructions":["a"])", "instructions",
       "'instructions' is a list of 1; expected a string."},
      {R"("max_output_tokens":15)", "max_output_tokens",
       "'max_output_tokens' is 15; expected an integer from 16 to 2147483647."},
      {R"("max_tool_calls":0)", "max_tool_calls",
       "'max_tool_calls' is 0; expected an integer of at least 1."},
      {R"("temperature":2.5)", "temperature",
       "'temperature' is 2.5; expected a number from 0 to 2."},
      {R"("top_logprobs":21)", "top_logprobs",
       "'top_logprobs' is 21; expected an integer from 0 to 20."},
      {R"("store":"yes")", "store", "'store' is \"yes\"; expected true or false."},
      {R"("truncation":"none")", "truncation",
       R"('truncation' is "none"; expected "auto" or "disabled".)"},
      {R"("service_tier":"gold")", "service_tier",
       R"('service_tier' is "gold"; expected "auto", "default", "flex", "scale", "priority", )"
       R"("fast" or "realtime".)"},
      {R"("reasoning":{"effort":"huge"})", "reasoning.effort",
       R"('reasoning.effort' is "huge"; expected "none", "minimal", "low", "medium", "high", )"
       R"("xhigh" or "max".)"},
      {R"("reasoning":{"summary":"long"})", "reasoning.summary",
       R"('reasoning.summary' is "long"; expected "auto", "concise" or "detailed".)"},
      {R"("text":{"verbosity":"chatty"})", "text.verbosity",
       R"('text.verbosity' is "chatty"; expected "low", "medium" or "high".)"},
      {R"("text":{"format":{"type":"xml"}})", "text.format.type",
       R"('text.format.type' is "xml"; expected "text", "json_object" or "json_schema".)"},
      {R"("include":["everything"])", "include[0]",
       R"('include[0]' is "everything"; expected a name that 'include' knows, such as )"
       R"("message.output_text.logprobs".)"},
      {R"("stream_options":{"include_obfuscation":true})", "stream_options",
       "'stream_options' is only allowed when 'stream' is true."},
      {R"("background":true,"store":false)", "background",
       "'background' is true and 'store' is false; a response that is fetched later must be "
       "stored."},
      {R"("deadline":{"first_ms":-1})", "deadline.first_ms",
       "'deadline.first_ms' is -1; expected a number of milliseconds above 0, at most 86400000."},
      {R"("metadata":[])", "metadata", "'metadata' is an empty list; expected an object."},
      {R"("metadata":{"a":1})", "metadata.a",
       "'metadata.a' is 1; expected a string of at most 512 characters."},
  };
  for (const BadField& bad : table) {
    // The last of two equal keys would be an error of its own, so "model" stands alone.
    const std::string model = std::string(bad.param) == "model" ? "" : R"("model":"m",)";
    const Json body = *parse_body("{" + model + R"("input":"Hi",)" + bad.field + "}");
    const ApiResult<ResponsesRequest> request = read_responses_request(body);
    ASSERT_FALSE(request) << bad.field;
    EXPECT_EQ(request.error().message, bad.message);
    EXPECT_EQ(request.error().param, bad.param);
    EXPECT_EQ(request.error().status, 400);
    EXPECT_EQ(request.error().type, "invalid_request_error");
  }
}

TEST(ResponsesRequest, WhatThisServerCannotDoIsASentence) {
  const BadField table[] = {
      {R"("conversation":"conv_1")", "conversation",
       "'conversation' is not supported. Conversations are not kept; use 'previous_response_id'."},
      {R"("prompt":{"id":"p"})", "prompt",
       "'prompt' is not supported. Stored prompts are not kept; use 'instructions' and 'input'."},
      {R"("context_management":[{"type":"compaction"}])", "context_management",
       "'context_management' is not supported. Conversations are not compacted; use "
       "'truncation': \"auto\"."},
      {R"("moderation":{})", "moderation",
       "'moderation' is not supported. Answers are not moderated; leave it out."},
  };
  for (const BadField& bad : table) {
    const ApiResult<ResponsesRequest> request = read(std::string(",") + bad.field);
    ASSERT_FALSE(request) << bad.field;
    EXPECT_EQ(request.error().message, bad.message);
    EXPECT_EQ(request.error().param, bad.param);
    EXPECT_EQ(request.error().code, "unsupported_parameter");
  }
}

TEST(ResponsesRequest, MetadataIsCountedInCharacters) {
  const auto pairs = [](int count) {
    Json metadata = Json::object();
    for (int i = 0; i < count; ++i) metadata["k" + std::to_string(i)] = "v";
    return R"(,"metadata":)" + metadata.dump();
  };
  EXPECT_TRUE(read(pairs(16)));
  EXPECT_EQ(read(pairs(17)).error().message, "'metadata' has 17 pairs; expected at most 16.");
  std::string star;  // 512 characters of 3 bytes.
  for (int i = 0; i < 512; ++i) star += "\xEB\xB3\x84";
  EXPECT_TRUE(read(R"(,"metadata":{"a":")" + star + "\"}"));
  EXPECT_FALSE(read(R"(,"metadata":{"a":")" + star + "x\"}"));
  EXPECT_TRUE(read(R"(,"metadata":{")" + std::string(64, 'k') + R"(":""})"));
  EXPECT_EQ(read(R"(,"metadata":{")" + std::string(65, 'k') + R"(":""})").error().message,
            "'metadata' has a key of 65 characters; expected at most 64.");
}

TEST(ResponsesRequest, LogprobsWantTheirInclude) {
  EXPECT_FALSE(accepted(R"(,"top_logprobs":5)").logprobs);
  EXPECT_TRUE(accepted(R"(,"include":["message.output_text.logprobs"])").logprobs);
}

TEST(InputTokensRequest, ReadsWhatMakesThePrompt) {
  const Json body = *parse_body(R"({"input":"Hi","instructions":"Be brief.","temperature":"hot",
      "tools":[{"type":"function","name":"f"}]})");
  const ApiResult<ResponsesRequest> request = read_input_tokens_request(body);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->model, "");
  EXPECT_EQ(request->input.size(), 1U);
  EXPECT_EQ(request->instructions, "Be brief.");
  EXPECT_EQ(request->tools.offered.functions.size(), 1U);
  EXPECT_EQ(read_input_tokens_request(Json::object()).error().param, "input");
}

}  // namespace
}  // namespace byeol::wire
