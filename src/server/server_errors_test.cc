// What is wrong with a request is told with the right status, and harms nobody.
#include <gtest/gtest.h>

#include "server/test_server.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using testing::Answer;
using testing::json_of;
using testing::Served;
using wire::Json;

struct Wrong {
  const char* path;
  std::string body;
  const char* param;  // "": none.
};

std::string nested(int depth) {
  return R"({"messages":)" + std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']') + "}";
}

std::vector<Wrong> wrong_bodies() {
  constexpr const char* kChat = "/v1/chat/completions";
  constexpr const char* kText = "/v1/completions";
  constexpr const char* kResponses = "/v1/responses";
  const auto chat = [](const std::string& more) {
    return R"({"messages":[{"role":"user","content":"Hi"}],)" + more + "}";
  };
  return {
      {kChat, "", ""},
      {kChat, "{", ""},
      {kChat, "[]", ""},
      {kChat, "null", ""},
      {kChat, "{\"messages\":\"\xff\"}", ""},
      {kChat, R"({"a":1,"a":2})", ""},
      {kChat, nested(1000), ""},
      {kChat, "{}", "messages"},
      {kChat, R"({"messages":[]})", "messages"},
      {kChat, R"({"messages":"Hi"})", "messages"},
      {kChat, R"({"messages":[{"role":"wizard","content":"Hi"}]})", "messages[0].role"},
      {kChat, R"({"messages":[{"role":"user","content":7}]})", "messages[0].content"},
      {kChat, chat(R"("temperature":3)"), "temperature"},
      {kChat, chat(R"("temperature":"warm")"), "temperature"},
      {kChat, chat(R"("top_p":-0.1)"), "top_p"},
      {kChat, chat(R"("n":0)"), "n"},
      {kChat, chat(R"("n":65)"), "n"},
      {kChat, chat(R"("n":1e9)"), "n"},
      {kChat, chat(R"("max_tokens":0)"), "max_tokens"},
      {kChat, chat(R"("max_tokens":99999999999)"), "max_tokens"},
      {kChat, chat(R"("stop":["a","b","c","d","e"])"), "stop"},
      {kChat, chat(R"("stop":"")"), "stop"},
      {kChat, chat(R"("stream":"yes")"), "stream"},
      {kChat, chat(R"("stream_options":{"include_usage":true})"), "stream_options"},
      {kChat, chat(R"("top_logprobs":5)"), "top_logprobs"},
      {kChat, chat(R"("logit_bias":{"x":1})"), "logit_bias"},
      {kChat, chat(R"("deadline":{"first_ms":0})"), "deadline.first_ms"},
      {kChat, chat(R"("deadline":{"on_miss":"cry"})"), "deadline.on_miss"},
      {kChat, chat(R"("service_tier":"gold")"), "service_tier"},
      {kChat, chat(R"("response_format":{"type":"json"})"), "response_format.type"},
      {kChat, chat(R"("regex":"(")"), "regex"},
      {kChat, chat(R"("grammar":"root ::= other")"), "grammar"},
      {kChat, chat(R"("tool_choice":"required")"), "tool_choice"},
      {kText, R"({})", "prompt"},
      {kText, R"({"prompt":[]})", "prompt"},
      {kText, R"({"prompt":[[]]})", "prompt[0]"},
      {kText, R"({"prompt":[1,"a"]})", "prompt[1]"},
      {kText, R"({"prompt":[-1]})", "prompt[0]"},
      {kText, R"({"prompt":"a","suffix":"b"})", "suffix"},
      {kText, R"({"prompt":"a","best_of":3})", "best_of"},
      {kText, R"({"prompt":"a","echo":true,"logprobs":1})", "echo"},
      {kResponses, R"({"input":7})", "input"},
      {kResponses, R"({"input":"a","background":true,"store":false})", ""},
      {kResponses, R"({"input":[{"type":"item_reference","id":"nobody"}]})", ""},
      {"/v1/responses/input_tokens", R"({"input":7})", "input"},
      {"/v1/embeddings", R"({})", "input"},
      {"/v1/embeddings", R"({"input":""})", "input"},
      {"/v1/embeddings", R"({"input":"a","encoding_format":"hex"})", "encoding_format"},
      {"/tokenize", R"({})", ""},
      {"/detokenize", R"({"tokens":"a"})", "tokens"},
  };
}

TEST(ServerErrors, AreSentencesWithThePlace) {
  const Served served;
  for (const auto& [path, body, param] : wrong_bodies()) {
    const Answer answer = served.ask("POST", path, body);
    EXPECT_EQ(answer.status, 400) << path << " " << body.substr(0, 200) << " " << answer.body;
    const Json json = json_of(answer.body);
    if (!json.contains("error")) continue;
    const Json& error = json["error"];
    EXPECT_EQ(error["type"], "invalid_request_error") << body.substr(0, 200);
    EXPECT_EQ(error["message"].get<std::string>().back(), '.') << error["message"];
    if (*param != '\0') {
      EXPECT_EQ(error["param"], param) << body.substr(0, 200) << error["message"];
    }
  }
  EXPECT_TRUE(served.is_idle());
  served.post("/v1/completions", R"({"prompt":"still there","max_tokens":2})");
}

TEST(ServerErrors, NameTheModelThatIsServed) {
  const Served served;
  const Json error =
      served.post("/v1/completions", R"({"model":"gpt-9","prompt":"a"})", 404)["error"];
  EXPECT_EQ(error["code"], "model_not_found");
  EXPECT_NE(error["message"].get<std::string>().find("'tiny'"), std::string::npos);
  served.get("/v1/models/gpt-9", 404);
  EXPECT_EQ(served.get("/v1/models/default")["id"], "tiny");
  EXPECT_EQ(served.get("/v1/models")["data"][0]["id"], "tiny");
}

TEST(ServerErrors, TellWhereNothingIs) {
  const Served served;
  served.get("/v1/nothing", 404);
  served.get("/%ff%0d%0aSet-Cookie:x", 404);
  const Answer wrong_method = served.ask("GET", "/v1/chat/completions");
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.header("Allow"), "POST");
  const Answer head = served.ask("HEAD", "/health");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
}

TEST(ServerErrors, RefuseDeadlineHeadersThatAreNone) {
  const Served served;
  const std::string body = R"({"prompt":"a","max_tokens":2})";
  for (const char* header : {"x-deadline-first-ms: soon\r\n", "x-deadline-gap-ms: -1\r\n",
                             "x-deadline-total-ms: 1e30\r\n", "x-deadline-on-miss: cry\r\n"})
    EXPECT_EQ(served.ask("POST", "/v1/completions", body, header).status, 400) << header;
}

TEST(ServerErrors, AreTheNetworksOwnToo) {
  ServerOptions options;
  options.http.body_bytes_max = 1000;
  const Served served({}, options);
  const Answer answer = served.ask("POST", "/v1/completions", std::string(2000, 'x'));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(json_of(answer.body)["error"]["type"], "invalid_request_error");
  EXPECT_TRUE(answer.header("x-request-id").starts_with("req_"));
  EXPECT_NE(served.ask("GET", "/metrics").body.find("status=\"413\"} 1"), std::string::npos);
}

TEST(ServerErrors, TakeNoIdThatCouldBreakALog) {
  const store::TemporaryFile file("server_ids");
  ServerOptions options;
  options.request_log_path = file.path();
  const Served served({}, options);
  const std::string body = R"({"prompt":"a","max_tokens":2})";
  for (const std::string& id :
       {std::string("\xff\xfe"), std::string(300, 'x'), std::string("a\tb"), std::string()}) {
    const Answer answer =
        served.ask("POST", "/v1/completions", body, "x-request-id: " + id + "\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.header("x-request-id").starts_with("req_")) << id;
    EXPECT_EQ(
        served.ask("POST", "/v1/embeddings", R"({"input":"a"})", "x-request-id: " + id + "\r\n")
            .status,
        200);
  }
  served.get("/v1/byeol/scheduler");
}

TEST(ServerAccess, WantsItsKey) {
  ServerOptions options;
  options.api_keys = {"secret-1", "secret-2"};
  const Served served({}, options);
  const std::string body = R"({"prompt":"a","max_tokens":2})";
  EXPECT_EQ(served.ask("POST", "/v1/completions", body).status, 401);
  EXPECT_EQ(served.ask("POST", "/v1/completions", body, "Authorization: Bearer nope\r\n").status,
            401);
  EXPECT_EQ(
      served.ask("POST", "/v1/completions", body, "Authorization: Bearer secret-2\r\n").status,
      200);
  for (const char* path : {"/v1/models", "/metrics", "/v1/byeol/scheduler", "/v1/nothing"})
    EXPECT_EQ(served.ask("GET", path).status, 401) << path;
  for (const char* path : {"/health", "/ready", "/"})
    EXPECT_EQ(served.ask("GET", path).status, 200) << path;
}

TEST(ServerAccess, LetsPagesOfThisMachineCall) {
  ServerOptions options;
  options.api_keys = {"secret"};
  const Served served({}, options);
  const Answer preflight = served.ask("OPTIONS", "/v1/chat/completions", {},
                                      "Origin: http://localhost:3000\r\n"
                                      "Access-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "http://localhost:3000");
  // A page must be able to read the error, too.
  const Answer refused = served.ask("GET", "/v1/models", {}, "Origin: http://localhost:3000\r\n");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_EQ(served.ask("GET", "/v1/models", {}, "Origin: https://evil.example\r\n")
                .header("Access-Control-Allow-Origin"),
            "");
}

TEST(ServerMetrics, CountWhatWasAsked) {
  const Served served;
  served.post("/v1/completions", R"({"prompt":"a","max_tokens":3,"ignore_eos":true})");
  const Answer answer = served.ask("GET", "/metrics");
  EXPECT_NE(answer.body.find(R"(vllm:generation_tokens_total{engine="0",model_name="tiny"} 3)"),
            std::string::npos);
  EXPECT_NE(answer.body.find(
                R"(http_requests_total{handler="/v1/completions",method="POST",status="200"} 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace byeol::server
