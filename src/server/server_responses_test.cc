// /v1/responses over HTTP: made, streamed, stored, gone on from, cancelled, deleted.
#include <gtest/gtest.h>

#include "server/test_server.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using testing::events_of;
using testing::eventually;
using testing::json_of;
using testing::names_of;
using testing::Served;
using wire::Json;

constexpr const char* kPath = "/v1/responses";

std::string request(std::string_view more = {}) {
  return R"({"input":"Hello there","max_output_tokens":16,"ignore_eos":true,"seed":7)" +
         std::string(more) + "}";
}

std::string id_of(const Json& response) {
  return response["id"];
}

// Of the first event of a stream.
std::string stream_id(testing::Client& client) {
  while (client.received().find("\"resp_") == std::string::npos)
    if (!client.receive_some()) return "none";
  const std::size_t begin = client.received().find("\"resp_") + 1;
  return client.received().substr(begin, client.received().find('"', begin) - begin);
}

TEST(ServerResponses, IsStoredAsItWasAnswered) {
  const Served served;
  const Json response = served.post(kPath, request());
  EXPECT_EQ(response["object"], "response");
  EXPECT_EQ(response["status"], "incomplete");
  EXPECT_EQ(response["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(response["usage"]["output_tokens"], 16);
  EXPECT_EQ(response["output"][0]["role"], "assistant");
  EXPECT_EQ(served.get("/v1/responses/" + id_of(response)), response);
}

TEST(ServerResponses, StreamsEventsAndTellsThemAgain) {
  const Served served;
  const testing::Answer streamed = served.ask("POST", kPath, request(R"(,"stream":true)"));
  const std::vector<std::string> names = names_of(streamed.body);
  ASSERT_GE(names.size(), 9u);
  EXPECT_EQ(names[0], "response.created");
  EXPECT_EQ(names[1], "response.in_progress");
  EXPECT_EQ(names[2], "response.output_item.added");
  EXPECT_EQ(names[3], "response.content_part.added");
  EXPECT_EQ(names[4], "response.output_text.delta");
  EXPECT_EQ(names[names.size() - 2], "response.incomplete");
  EXPECT_EQ(names.back(), "[DONE]");

  const auto events = events_of(streamed.body);
  const Json response = json_of(events[events.size() - 2].data)["response"];
  const std::string path = "/v1/responses/" + id_of(response);
  EXPECT_EQ(served.get(path), response);
  EXPECT_EQ(served.ask("GET", path + "?stream=true").body, streamed.body);
  const auto rest = events_of(served.ask("GET", path + "?stream=true&starting_after=3").body);
  ASSERT_EQ(rest.size(), events.size() - 4);
  EXPECT_EQ(rest[0], events[4]);
  EXPECT_EQ(served.get(path + "?starting_after=3", 400)["error"]["param"], "starting_after");
  served.get(path + "?stream=true&starting_after=x", 400);
}

TEST(ServerResponses, GoesOnFromAnEarlierOne) {
  const Served served;
  const Json first = served.post(kPath, request());
  const Json second =
      served.post(kPath, request(R"(,"previous_response_id":")" + id_of(first) + "\""));
  EXPECT_EQ(second["previous_response_id"], first["id"]);
  EXPECT_GT(second["usage"]["input_tokens"], first["usage"]["input_tokens"]);
  const Json items = served.get("/v1/responses/" + id_of(second) + "/input_items");
  ASSERT_EQ(items["data"].size(), 1u);
  EXPECT_EQ(items["data"][0]["content"][0]["text"], "Hello there");
  EXPECT_EQ(
      served.post(kPath, request(R"(,"previous_response_id":"resp_none")"), 400)["error"]["code"],
      "previous_response_not_found");
}

TEST(ServerResponses, StoresACallOfACustomToolAndGoesOnFromIt) {
  const Served served;
  const std::string more = R"(,"tools":[{"type":"custom","name":"add","format":{"type":"grammar",)"
                           R"("syntax":"lark","definition":"start: \"1\\n\""}}])";
  const Json made =
      served.post(kPath, R"({"input":"Hi","max_output_tokens":80,"parallel_tool_calls":false,)"
                         R"("tool_choice":{"type":"custom","name":"add"})" +
                             more + "}");
  EXPECT_EQ(made["status"], "completed");
  ASSERT_EQ(made["output"].size(), 1u);
  const Json& call = made["output"][0];
  EXPECT_EQ(call["type"], "custom_tool_call");
  EXPECT_EQ(call["input"], "1\n");
  EXPECT_EQ(served.get("/v1/responses/" + id_of(made)), made);
  const Json output{
      {{"type", "custom_tool_call_output"}, {"call_id", call["call_id"]}, {"output", "done"}}};
  const Json next = served.post(kPath, R"({"max_output_tokens":16,"previous_response_id":")" +
                                           id_of(made) + R"(","input":)" + output.dump() + "}");
  EXPECT_EQ(next["previous_response_id"], made["id"]);
  const Json items = served.get("/v1/responses/" + id_of(next) + "/input_items");
  EXPECT_EQ(items["data"][0]["type"], "custom_tool_call_output");
}

TEST(ServerResponses, ForgetsTheOldestWhereItIsToldTo) {
  const Served served;
  Json input = Json::array();
  for (int i = 0; i < 60; ++i)
    input.push_back({{"role", i % 2 == 0 ? "user" : "assistant"},
                     {"content", "turn number " + std::to_string(i)}});
  const Json body = {{"input", input}, {"max_output_tokens", 16}, {"ignore_eos", true}};
  EXPECT_EQ(served.post(kPath, body.dump(), 400)["error"]["code"], "context_length_exceeded");
  Json truncating = body;
  truncating["truncation"] = "auto";
  const Json response = served.post(kPath, truncating.dump());
  EXPECT_LT(response["usage"]["input_tokens"], 256);
  const Json counted = served.post("/v1/responses/input_tokens", body.dump());
  EXPECT_GT(counted["input_tokens"], 256);
}

TEST(ServerResponses, DoesNotStoreWhatIsNotToBeStored) {
  const Served served;
  const Json response = served.post(kPath, request(R"(,"store":false)"));
  served.get("/v1/responses/" + id_of(response), 404);
}

TEST(ServerResponses, IsDeletedOnce) {
  const Served served;
  const std::string path = "/v1/responses/" + id_of(served.post(kPath, request()));
  const testing::Answer deleted = served.ask("DELETE", path);
  EXPECT_EQ(json_of(deleted.body)["deleted"], true);
  EXPECT_EQ(served.ask("DELETE", path).status, 404);
  served.get(path, 404);
  served.get(path + "/input_items", 404);
  EXPECT_EQ(served.ask("POST", path + "/cancel").status, 404);
}

TEST(ServerResponses, IsMadeInTheBackground) {
  Served served;
  served.gate().close();
  const Json queued = served.post(kPath, request(R"(,"background":true)"));
  EXPECT_EQ(queued["status"], "queued");
  const std::string path = "/v1/responses/" + id_of(queued);
  const std::string status = served.get(path)["status"];
  EXPECT_TRUE(status == "queued" || status == "in_progress") << status;
  EXPECT_EQ(served.post(kPath, request(R"(,"previous_response_id":")" + id_of(queued) + "\""),
                        400)["error"]["param"],
            "previous_response_id");
  // Who follows it live and who comes later see the same.
  testing::Client follower = served.connect();
  follower.send(testing::request_text("GET", path + "?stream=true"));
  stream_id(follower);
  served.gate().open();
  EXPECT_TRUE(eventually([&] { return served.get(path)["status"] == "incomplete"; }));
  const testing::Answer live = follower.receive();
  EXPECT_EQ(names_of(live.body).at(1), "response.queued");
  EXPECT_EQ(live.body, served.ask("GET", path + "?stream=true").body);
}

TEST(ServerResponses, IsCancelledInTheBackgroundOnly) {
  Served served;
  served.gate().close();
  const std::string path =
      "/v1/responses/" + id_of(served.post(kPath, request(R"(,"background":true)")));
  testing::Client canceller = served.connect();
  canceller.send(testing::request_text("POST", path + "/cancel"));
  testing::Client foreground = served.connect();
  foreground.send(testing::request_text("POST", kPath, request(R"(,"stream":true)")));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  served.gate().open();
  const Json cancelled = json_of(canceller.receive().body);
  EXPECT_EQ(cancelled["status"], "cancelled");
  EXPECT_EQ(served.get(path)["status"], "cancelled");
  EXPECT_EQ(json_of(served.ask("POST", path + "/cancel").body)["status"], "cancelled");
  foreground.receive();

  served.gate().close();
  testing::Client other = served.connect();
  other.send(testing::request_text("POST", kPath, request(R"(,"stream":true)")));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  served.gate().open();
  const std::string id = stream_id(other);
  other.receive();
  EXPECT_EQ(served.ask("POST", "/v1/responses/" + id + "/cancel").status, 200);  // Over already.
}

TEST(ServerResponses, IsNotStoredWhenItIsDeletedMeanwhile) {
  Served served;
  served.gate().close();
  const std::string path =
      "/v1/responses/" + id_of(served.post(kPath, request(R"(,"background":true)")));
  EXPECT_EQ(served.ask("DELETE", path).status, 200);
  served.get(path, 404);
  served.gate().open();
  EXPECT_TRUE(eventually([&] { return served.is_idle(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  served.get(path, 404);
}

TEST(ServerResponses, GoesOnInTheBackgroundWithoutItsClient) {
  Served served;
  served.gate().close();
  testing::Client client = served.connect();
  client.send(testing::request_text("POST", kPath, request(R"(,"background":true,"stream":true)")));
  const std::string id = stream_id(client);
  client.close();
  served.gate().open();
  EXPECT_TRUE(
      eventually([&] { return served.get("/v1/responses/" + id)["status"] == "incomplete"; }));
}

TEST(ServerResponses, SurvivesTheServer) {
  const store::TemporaryFile file("server_responses");
  ServerOptions options;
  options.store_path = file.path();
  std::string done, interrupted;
  {
    Served served({}, options);
    done = id_of(served.post(kPath, request()));
    served.gate().close();
    interrupted = id_of(served.post(kPath, request(R"(,"background":true)")));
    served.gate().open();
  }
  const Served served({}, options);
  EXPECT_EQ(served.get("/v1/responses/" + done)["id"], done);
  served.post(kPath, request(R"(,"previous_response_id":")" + done + "\""));
  const std::string status = served.get("/v1/responses/" + interrupted)["status"];
  EXPECT_TRUE(status == "cancelled" || status == "incomplete" || status == "failed") << status;
}

}  // namespace
}  // namespace byeol::server
