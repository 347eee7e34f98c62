// What becomes of stored responses over HTTP: whose they are, and how those end that were cut off.
#include <gtest/gtest.h>

#include <thread>

#include "server/test_server.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using testing::Answer;
using testing::events_of;
using testing::eventually;
using testing::json_of;
using testing::names_of;
using testing::Served;
using wire::Json;

constexpr const char* kPath = "/v1/responses";
constexpr const char* kAnn = "Authorization: Bearer ann\r\n";
constexpr const char* kBob = "Authorization: Bearer bob\r\n";

std::string request(std::string_view more = {}) {
  return R"({"input":"Hello there","max_output_tokens":16,"ignore_eos":true,"seed":7)" +
         std::string(more) + "}";
}

std::string id_of(const Answer& answer) {
  EXPECT_EQ(answer.status, 200) << answer.body;
  return json_of(answer.body)["id"];
}

ServerOptions with_keys(std::vector<std::string> keys, const std::string& store = {}) {
  ServerOptions options;
  options.api_keys = std::move(keys);
  options.store_path = store;
  return options;
}

// All that can be done with an id, as it is answered; the id itself left out.
std::vector<std::string> answers(const Served& served, const std::string& id,
                                 std::string_view key) {
  const std::string path = std::string(kPath) + "/" + id;
  std::vector<std::string> all;
  const auto add = [&](const Answer& answer) {
    std::string body = answer.body;
    for (std::size_t at; (at = body.find(id)) != std::string::npos;)
      body.replace(at, id.size(), "");
    all.push_back(std::to_string(answer.status) + " " + body);
  };
  add(served.ask("GET", path, {}, key));
  add(served.ask("GET", path + "?stream=true", {}, key));
  add(served.ask("GET", path + "/input_items", {}, key));
  add(served.ask("POST", path + "/cancel", {}, key));
  add(served.ask("DELETE", path, {}, key));
  add(served.ask("POST", kPath, request(R"(,"previous_response_id":")" + id + "\""), key));
  add(served.ask("POST", "/v1/responses/input_tokens",
                 R"({"input":"x","previous_response_id":")" + id + "\"}", key));
  return all;
}

TEST(ServerStoredResponses, AreTheirTenants) {
  const Served served({}, with_keys({"ann", "bob"}));
  const std::string id = id_of(served.ask("POST", kPath, request(), kAnn));
  const std::vector<std::string> unknown = answers(served, "resp_none", kBob);
  EXPECT_EQ(answers(served, id, kBob), unknown);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(unknown[i].substr(0, 4), "404 ");
  const std::string path = std::string(kPath) + "/" + id;
  EXPECT_EQ(served.ask("GET", path, {}, kAnn).status, 200);
  EXPECT_EQ(
      served.ask("POST", kPath, request(R"(,"previous_response_id":")" + id + "\""), kAnn).status,
      200);
  // Nor can an item be had by its id.
  const Json items = json_of(served.ask("GET", path + "/input_items", {}, kAnn).body);
  const std::string reference = R"({"input":[{"type":"item_reference","id":")" +
                                items["data"][0]["id"].get<std::string>() +
                                R"("}],"max_output_tokens":16})";
  EXPECT_EQ(served.ask("POST", kPath, reference, kBob).status, 400);
  EXPECT_EQ(served.ask("POST", kPath, reference, kAnn).status, 200);
}

TEST(ServerStoredResponses, AreTheirTenantsWhileTheyAreMade) {
  Served served({}, with_keys({"ann", "bob"}));
  served.gate().close();
  const std::string id = id_of(served.ask("POST", kPath, request(R"(,"background":true)"), kAnn));
  EXPECT_EQ(answers(served, id, kBob), answers(served, "resp_none", kBob));
  EXPECT_EQ(served.ask("GET", std::string(kPath) + "/" + id, {}, kAnn).status, 200);
  served.gate().open();
  EXPECT_TRUE(eventually([&] {
    return json_of(served.ask("GET", std::string(kPath) + "/" + id, {}, kAnn).body)["status"] ==
           "incomplete";
  })) << "nobody cancelled or deleted it";
}

TEST(ServerStoredResponses, StayTheirTenantsWhenKeysChangePlaces) {
  const store::TemporaryFile file("server_tenants");
  std::string id;
  {
    const Served served({}, with_keys({"ann", "bob"}, file.path()));
    id = id_of(served.ask("POST", kPath, request(), kAnn));
  }
  const Served served({}, with_keys({"bob", "ann"}, file.path()));
  EXPECT_EQ(served.ask("GET", std::string(kPath) + "/" + id, {}, kAnn).status, 200);
  EXPECT_EQ(served.ask("GET", std::string(kPath) + "/" + id, {}, kBob).status, 404);
}

TEST(ServerStoredResponses, SayWhichPartOfAConversationIsMissing) {
  const Served served;
  const auto go_on = [&](const std::string& id) {
    return served.ask("POST", kPath, request(R"(,"previous_response_id":")" + id + "\""));
  };
  const std::string first = id_of(served.ask("POST", kPath, request())),
                    second = id_of(go_on(first));
  EXPECT_EQ(served.ask("DELETE", std::string(kPath) + "/" + first).status, 200);
  for (const std::string& id : {first, second}) {
    const Answer refused = go_on(id);
    EXPECT_EQ(refused.status, 400);
    const Json error = json_of(refused.body)["error"];
    EXPECT_EQ(error["code"], "previous_response_not_found");
    EXPECT_EQ(error["param"], "previous_response_id");
    const std::string message = error["message"];
    EXPECT_EQ(message.find("An earlier response") == 0, id == second) << message;
    EXPECT_EQ(message.find("deleted") != std::string::npos, id == second) << message;
  }
}

// The server died while it made one in the background: what is in its file then.
TEST(ServerStoredResponses, HaveFailedWhereTheServerDied) {
  const store::TemporaryFile file("server_died");
  {
    store::ResponseStore responses = *store::ResponseStore::open(file.path());
    ASSERT_TRUE(responses.put(
        {.id = "resp_1",
         .created_at_s = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()),
         .previous_id = {},
         .json = R"({"id":"resp_1","status":"queued","error":null})",
         .input = {},
         .output = {},
         .events = {R"({"type":"response.created","sequence_number":0})",
                    R"({"type":"response.queued","sequence_number":1})"},
         .unfinished = true}));
  }
  ServerOptions options;
  options.store_path = file.path();
  const Served served({}, options);
  const Json failed = served.get("/v1/responses/resp_1");
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["error"]["message"], "The server was stopped before the response was complete.");
  EXPECT_TRUE(store::ResponseStore::open(file.path())->unfinished()->empty()) << "for good";
  const std::string path = "/v1/responses/resp_1?stream=true";
  const std::string whole = served.ask("GET", path).body;
  EXPECT_EQ(names_of(whole), (std::vector<std::string>{"response.created", "response.queued",
                                                       "response.failed", "[DONE]"}));
  EXPECT_EQ(json_of(events_of(whole)[2].data)["response"], failed);
  EXPECT_EQ(json_of(events_of(whole)[2].data)["sequence_number"], 2);
  // Its follower had heard much more than was stored.
  const std::string rest = served.ask("GET", path + "&starting_after=40").body;
  EXPECT_EQ(names_of(rest), (std::vector<std::string>{"response.failed", "[DONE]"}));
  EXPECT_EQ(json_of(events_of(rest)[0].data)["sequence_number"], 41);
}

TEST(ServerStoredResponses, AreLeftAloneByAServerThatCannotStart) {
  const store::TemporaryFile file("server_second");
  ASSERT_TRUE(store::ResponseStore::open(file.path())
                  ->put({.id = "resp_1",
                         .created_at_s = 1,
                         .previous_id = {},
                         .json = R"({"id":"resp_1","status":"in_progress"})",
                         .input = {},
                         .output = {},
                         .events = {},
                         .unfinished = true}));
  ServerOptions options;
  options.store_path = file.path();
  Metrics metrics("tiny");
  {
    const Served first;
    const std::string url = first.server().url();
    ServerOptions taken = options;
    taken.http.port = static_cast<std::uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1));
    const auto second = Server::start(taken, first.runtime(), metrics);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
    EXPECT_EQ(store::ResponseStore::open(file.path())->unfinished()->size(), 1u);
  }
  options.http.port = 0;
  const Served owner({}, options);
  const auto other = Server::start(options, owner.runtime(), metrics);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("another process owns it"), std::string::npos)
      << other.error().message;
}

TEST(ServerStoredResponses, HaveFailedWhereTheServersStopCutThem) {
  const store::TemporaryFile file("server_stopped");
  ServerOptions options;
  options.store_path = file.path();
  std::string id;
  {
    Served served({}, options);
    served.gate().close();
    id = id_of(served.ask("POST", kPath,
                          R"({"input":"Hi","max_output_tokens":200,"ignore_eos":true,)"
                          R"("background":true})"));
    std::thread stop([&] { served.end_server(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    served.gate().open();
    stop.join();
  }
  const Served served({}, options);
  const Json failed = served.get("/v1/responses/" + id);
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["error"]["code"], "server_error");
  EXPECT_EQ(failed["error"]["message"], "The server was stopped before the response was complete.");
  const auto names = names_of(served.ask("GET", "/v1/responses/" + id + "?stream=true").body);
  EXPECT_EQ(names.at(names.size() - 2), "response.failed");
}

TEST(ServerStoredResponses, AreCancelledWhereTheirClientHungUp) {
  Served served;
  served.gate().close();
  testing::Client client = served.connect();
  client.send(testing::request_text(
      "POST", kPath, R"({"input":"Hi","max_output_tokens":200,"ignore_eos":true,"stream":true})"));
  while (client.received().find("\"resp_") == std::string::npos) ASSERT_TRUE(client.receive_some());
  const std::size_t begin = client.received().find("\"resp_") + 1;
  const std::string id =
      client.received().substr(begin, client.received().find('"', begin) - begin);
  client.close();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  served.gate().open();
  EXPECT_TRUE(eventually([&] { return served.is_idle(); }));
  EXPECT_TRUE(
      eventually([&] { return served.get("/v1/responses/" + id)["status"] == "cancelled"; }));
}

TEST(ServerStoredResponses, TellHowTheDeadlineFared) {
  const Served served;
  const Answer whole = served.ask("POST", kPath, request(), "x-deadline-total-ms: 60000\r\n");
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(whole.header("x-deadline-met"), "true");
  for (const char* name : {"x-deadline-first-ms", "x-deadline-gap-ms", "x-deadline-total-ms"})
    EXPECT_FALSE(whole.header(name).empty()) << name;
  EXPECT_EQ(json_of(whole.body)["deadline"]["met"], true);
  EXPECT_EQ(served.ask("POST", kPath, request()).header("x-deadline-met"), "");
}

}  // namespace
}  // namespace byeol::server
