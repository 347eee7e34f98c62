#include "server/router.h"

#include <gtest/gtest.h>

#include "server/test_support.h"

namespace byeol::server {
namespace {

using testing::FakeExchange;
using testing::make_call;
using testing::make_request;

Router make_router() {
  Router router;
  const auto answer = [&router](const char* method, const char* pattern) {
    router.add(method, pattern, [pattern](const Call& call, const std::string& part) {
      call.exchange->respond(200, {}, std::string(pattern) + " " + part);
    });
  };
  answer("POST", "/v1/responses");
  answer("POST", "/v1/responses/input_tokens");
  answer("GET", "/v1/responses/{id}");
  answer("DELETE", "/v1/responses/{id}");
  answer("POST", "/v1/responses/{id}/cancel");
  answer("GET", "/v1/models/{id}");
  answer("GET", "/health");
  return router;
}

FakeExchange::Answer ask(const std::string& method, const std::string& path) {
  const auto [exchange, call] = make_call(make_request(method, path));
  make_router().route(call);
  return exchange->answer();
}

TEST(Router, CallsTheEndpointOfMethodAndPath) {
  EXPECT_EQ(ask("POST", "/v1/responses").body, "/v1/responses ");
  EXPECT_EQ(ask("POST", "/v1/responses/input_tokens").body, "/v1/responses/input_tokens ");
  EXPECT_EQ(ask("GET", "/v1/responses/resp_1").body, "/v1/responses/{id} resp_1");
  EXPECT_EQ(ask("POST", "/v1/responses/resp_1/cancel").body, "/v1/responses/{id}/cancel resp_1");
}

TEST(Router, TreatsHeadAsGet) {
  EXPECT_EQ(ask("HEAD", "/health").status, 200);
  EXPECT_EQ(ask("HEAD", "/v1/responses").status, 405);
}

TEST(Router, GivesModelsNamesWithSlashesAndNothingElse) {
  EXPECT_EQ(ask("GET", "/v1/models/org/name").body, "/v1/models/{id} org/name");
  EXPECT_EQ(ask("GET", "/v1/responses/a/b").status, 404);
}

TEST(Router, Answers404WhereNothingIs) {
  for (const char* path : {"/", "/v1", "/v1/responses/", "/v1/models/", "/health/", "/Health",
                           "/v1/responses//cancel", "//v1/responses"}) {
    const auto answer = ask("GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(testing::json_of(answer.body)["error"]["type"], "invalid_request_error") << path;
  }
}

TEST(Router, QuotesNoMoreThanTheBeginningOfAPath) {
  const auto answer = ask("GET", "/" + std::string(5000, 'x') + "\xff");
  EXPECT_EQ(answer.status, 404);
  EXPECT_LT(answer.body.size(), 500u);
  EXPECT_EQ(ask("GET", "/\xff\xfe").status, 404);  // Its body is UTF-8 nevertheless.
  testing::json_of(ask("GET", "/\xff\xfe").body);
}

TEST(Router, Answers405WithTheMethodsThatThereAre) {
  const auto answer = ask("PUT", "/v1/responses/resp_1");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, DELETE");
  EXPECT_EQ(testing::json_of(answer.body)["error"]["code"], "method_not_allowed");
  EXPECT_EQ(ask("GET", "/v1/responses").header("Allow"), "POST");
}

TEST(Router, NamesPatternsAndNotIds) {
  const Router router = make_router();
  const auto pattern = [&](const char* path) {
    return router.pattern_of(make_request("GET", path));
  };
  EXPECT_EQ(pattern("/v1/responses/resp_1"), "/v1/responses/{id}");
  EXPECT_EQ(pattern("/v1/responses/resp_1/cancel"), "/v1/responses/{id}/cancel");
  EXPECT_EQ(pattern("/v1/responses"), "/v1/responses");
  EXPECT_EQ(pattern("/.env"), "other");
}

}  // namespace
}  // namespace byeol::server
