// POST /v1/chat/completions over HTTP.
#include <gtest/gtest.h>

#include "server/test_server.h"

namespace byeol::server {
namespace {

using testing::json_of;
using testing::Served;
using wire::Json;

constexpr const char* kPath = "/v1/chat/completions";

// Ten tokens, the same each time.
std::string request(std::string_view more = {}) {
  return R"({"model":"default","messages":[{"role":"system","content":"Be brief."},)"
         R"({"role":"user","content":"Hello there"}],"max_tokens":10,"ignore_eos":true,"seed":7)" +
         std::string(more) + "}";
}

// The chunks of a stream, without [DONE], which must be last.
std::vector<Json> chunks_of(const Served& served, const std::string& body) {
  std::vector<wire::SseEvent> events = served.stream(kPath, body);
  EXPECT_FALSE(events.empty());
  EXPECT_EQ(events.back().data, "[DONE]");
  events.pop_back();
  std::vector<Json> chunks;
  for (const wire::SseEvent& event : events) chunks.push_back(json_of(event.data));
  return chunks;
}

TEST(ServerChat, AnswersWhole) {
  const Served served;
  const testing::Answer answer = served.ask("POST", kPath, request(), "x-request-id: mine-1\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("x-request-id"), "mine-1");
  EXPECT_NE(answer.header("openai-processing-ms"), "");
  EXPECT_EQ(answer.header("x-deadline-met"), "");
  const Json json = json_of(answer.body);
  EXPECT_TRUE(json["id"].get<std::string>().starts_with("chatcmpl-"));
  EXPECT_EQ(json["object"], "chat.completion");
  EXPECT_EQ(json["model"], "tiny");
  ASSERT_EQ(json["choices"].size(), 1u);
  EXPECT_EQ(json["choices"][0]["index"], 0);
  EXPECT_EQ(json["choices"][0]["finish_reason"], "length");
  EXPECT_EQ(json["choices"][0]["message"]["role"], "assistant");
  EXPECT_TRUE(json["choices"][0]["message"]["content"].is_string());
  EXPECT_EQ(json["usage"]["completion_tokens"], 10);
  EXPECT_EQ(json["usage"]["total_tokens"], 10 + json["usage"]["prompt_tokens"].get<int>());
  EXPECT_FALSE(json.contains("deadline"));
}

TEST(ServerChat, WritesAConversationInThePlainForm) {
  const Served served;
  const Json chat = served.post(kPath, request());
  const Json plain = served.post(
      "/v1/completions",
      R"({"prompt":"Be brief.\n\nUser: Hello there\nAssistant:","max_tokens":1,"ignore_eos":true})");
  EXPECT_EQ(chat["usage"]["prompt_tokens"], plain["usage"]["prompt_tokens"]);
}

TEST(ServerChat, StreamsTheSameInTheOrderThatClientsExpect) {
  const Served served;
  const Json whole = served.post(kPath, request());
  const std::vector<Json> chunks =
      chunks_of(served, request(R"(,"stream":true,"stream_options":{"include_usage":true})"));
  ASSERT_GE(chunks.size(), 4u);
  std::string content;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const Json& chunk = chunks[i];
    EXPECT_EQ(chunk["id"], chunks[0]["id"]);
    EXPECT_EQ(chunk["created"], chunks[0]["created"]);
    EXPECT_EQ(chunk["object"], "chat.completion.chunk");
    const bool is_usage = i + 1 == chunks.size();
    EXPECT_EQ(chunk["choices"].size(), is_usage ? 0u : 1u);
    if (is_usage) continue;
    const Json& choice = chunk["choices"][0];
    EXPECT_EQ(choice["delta"].contains("role"), i == 0);
    const bool is_last = i + 2 == chunks.size();
    EXPECT_EQ(choice["finish_reason"].is_null(), !is_last);
    EXPECT_TRUE(chunk["usage"].is_null());
    content += choice["delta"].value("content", "");
  }
  EXPECT_EQ(content, whole["choices"][0]["message"]["content"]);
  EXPECT_EQ(chunks.back()["usage"]["completion_tokens"], 10);
}

TEST(ServerChat, GivesSeveralAnswers) {
  const Served served;
  const Json whole = served.post(kPath, request(R"(,"n":3)"));
  ASSERT_EQ(whole["choices"].size(), 3u);
  EXPECT_EQ(whole["usage"]["completion_tokens"], 30);
  EXPECT_NE(whole["choices"][0]["message"], whole["choices"][1]["message"]);

  std::vector<std::string> contents(3);
  std::vector<int> roles(3), ends(3);
  for (const Json& chunk : chunks_of(served, request(R"(,"n":3,"stream":true)"))) {
    const Json& choice = chunk["choices"].at(0);
    const auto index = choice["index"].get<std::size_t>();
    EXPECT_EQ(ends.at(index), 0);
    roles[index] += choice["delta"].contains("role") ? 1 : 0;
    ends[index] += choice["finish_reason"].is_null() ? 0 : 1;
    contents[index] += choice["delta"].value("content", "");
  }
  EXPECT_EQ(roles, std::vector(3, 1));
  EXPECT_EQ(ends, std::vector(3, 1));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(contents[i], whole["choices"][i]["message"]["content"]);
}

TEST(ServerChat, GivesTheProbabilityOfEachToken) {
  const Served served;
  const Json whole = served.post(kPath, request(R"(,"logprobs":true,"top_logprobs":2)"));
  const Json& content = whole["choices"][0]["logprobs"]["content"];
  ASSERT_EQ(content.size(), 10u);
  EXPECT_EQ(content[0]["top_logprobs"].size(), 2u);
  Json streamed = Json::array();
  for (const Json& chunk :
       chunks_of(served, request(R"(,"logprobs":true,"top_logprobs":2,"stream":true)")))
    if (const Json& logprobs = chunk["choices"].at(0)["logprobs"]; logprobs.is_object())
      for (const Json& token : logprobs["content"]) streamed.push_back(token);
  EXPECT_EQ(streamed, content);
}

TEST(ServerChat, CallsACustomToolWithATextOfItsGrammar) {
  const Served served;
  const std::string body = R"({"messages":[{"role":"user","content":"Add."}],"max_tokens":160,)"
                           R"("tools":[{"type":"custom","custom":{"name":"add","format":)"
                           R"({"type":"grammar","grammar":{"syntax":"regex",)"
                           R"("definition":"\"1\"\\n\\+\\\\\\x01"}}}}],"tool_choice":"required",)"
                           R"("parallel_tool_calls":false)";
  const Json choice = served.post(kPath, body + "}")["choices"][0];
  const std::string input = "\"1\"\n+\\\x01";
  EXPECT_EQ(choice["finish_reason"], "tool_calls");
  ASSERT_EQ(choice["message"]["tool_calls"].size(), 1u);
  const Json& call = choice["message"]["tool_calls"][0];
  EXPECT_EQ(call["type"], "custom");
  EXPECT_EQ(call["custom"], (Json{{"name", "add"}, {"input", input}}));

  std::string streamed, type;
  for (const Json& chunk : chunks_of(served, body + R"(,"stream":true})"))
    for (const Json& delta : chunk["choices"][0]["delta"].value("tool_calls", Json::array())) {
      type += delta.value("type", "");
      streamed += delta["custom"].value("input", "");
    }
  EXPECT_EQ(type, "custom");
  EXPECT_EQ(streamed, input);
}

TEST(ServerChat, TellsHowTheDeadlineFared) {
  const Served served;
  const testing::Answer answer = served.ask(
      "POST", kPath, request(R"(,"deadline":{"total_ms":60000})"), "x-deadline-gap-ms: 50000\r\n");
  EXPECT_EQ(answer.header("x-deadline-met"), "true");
  EXPECT_NE(answer.header("x-deadline-total-ms"), "");
  const Json json = json_of(answer.body);
  EXPECT_EQ(json["deadline"]["met"], true);
  EXPECT_TRUE(json["deadline"]["missed"].is_null());
  EXPECT_GT(json["deadline"]["total_ms"], 0);
  const auto chunks = chunks_of(served, request(R"(,"deadline":{"total_ms":60000},"stream":true)"));
  EXPECT_EQ(chunks.back()["deadline"]["met"], true);
}

TEST(ServerChat, ReusesWhatWasComputedBefore) {
  const Served served;
  served.post(kPath, request());
  const Json again = served.post(kPath, request());
  const int prompt = again["usage"]["prompt_tokens"];
  EXPECT_EQ(again["usage"]["prompt_tokens_details"]["cached_tokens"], prompt - 1);
}

TEST(ServerChat, LimitsAnAnswerWhereTheRequestDoesNot) {
  const Served served;  // To 32 tokens.
  const Json json = served.post(
      kPath, R"({"messages":[{"role":"user","content":"Hi"}],"ignore_eos":true,"seed":1})");
  EXPECT_LE(json["usage"]["completion_tokens"], 32);
  EXPECT_GT(json["usage"]["completion_tokens"], 1);
}

}  // namespace
}  // namespace byeol::server
