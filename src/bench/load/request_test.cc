#include "bench/load/request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "net/scripted_server.h"

namespace byeol::bench {
namespace {

using Json = nlohmann::json;

TEST(LoadRequestBody, IsAStreamingChat) {
  const Json body = Json::parse(request_body(
      {}, {.system = "Be brief", .prompt = "Hi", .max_tokens = 7, .deadline = {.first_ms = 5}}));
  EXPECT_EQ(body, Json::parse(R"({"model": "default", "messages": [
      {"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi"}],
      "max_tokens": 7, "temperature": 0.0, "stream": true,
      "stream_options": {"include_usage": true}})"));
}

TEST(LoadRequestBody, SaysWhatElseWasAskedFor) {
  LoadTarget target;
  target.endpoint = LoadEndpoint::kCompletions;
  target.model = "small";
  target.temperature = 0.5;
  target.ignore_eos = true;
  target.send_deadline = true;
  const LoadDeadline deadline = {
      .first_ms = 500, .gap_ms = 120, .total_ms = 9000, .on_miss = "finish"};
  const Json body = Json::parse(
      request_body(target, {.system = "S", .prompt = "P", .max_tokens = 7, .deadline = deadline}));
  EXPECT_EQ(body, Json::parse(R"({"model": "small", "prompt": "S\n\nP", "max_tokens": 7,
      "temperature": 0.5, "stream": true, "stream_options": {"include_usage": true},
      "ignore_eos": true, "deadline":
      {"first_ms": 500.0, "gap_ms": 120.0, "total_ms": 9000.0, "on_miss": "finish"}})"));
  EXPECT_EQ(Json::parse(request_body(target, {.prompt = "P"}))["prompt"], "P");
}

TEST(LoadRequestCall, KnowsWhereToSendIt) {
  LoadTarget target;
  for (const char* url : {"http://a:1", "http://a:1/", "http://a:1/v1", "http://a:1/v1/"}) {
    target.url = url;
    EXPECT_EQ(request_call(target, "{}", "x").url, "http://a:1/v1/chat/completions");
  }
  target.endpoint = LoadEndpoint::kCompletions;
  target.api_key = "secret";
  const net::HttpCall call = request_call(target, "{}", "load-3");
  EXPECT_EQ(call.url, "http://a:1/v1/completions");
  EXPECT_EQ(net::find_header(call.headers, "authorization"), "Bearer secret");
  EXPECT_EQ(net::find_header(call.headers, "x-request-id"), "load-3");
}

TEST(LoadTarget, IsReachedWhateverItAnswers) {
  const auto client = *net::HttpClient::start();
  LoadTarget target;
  {
    net::ScriptedServer server([](net::Peer& peer) {
      EXPECT_TRUE(peer.read_request().starts_with("GET /v1/models HTTP/1.1"));
      peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    });
    target.url = server.url();
    const Status reached = check_reachable(*client, target);
    EXPECT_TRUE(reached) << reached.error().message;
  }
  const Status gone = check_reachable(*client, target);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kIo);
  EXPECT_EQ(gone.error().message.find("no server at " + target.url + " ("), 0u)
      << gone.error().message;
  target.url = "localhost:80";
  const Status wrong = check_reachable(*client, target);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace byeol::bench
