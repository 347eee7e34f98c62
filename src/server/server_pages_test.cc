// Pages of the web and a server of this machine that wants no key.
#include <gtest/gtest.h>

#include "server/test_server.h"

namespace byeol::server {
namespace {

using testing::Answer;
using testing::json_of;
using testing::Served;

constexpr const char* kBody = R"({"prompt":"Hi","max_tokens":2})";

// What a browser sends for a page: no question before it, as the body is said to be plain text.
Answer simple_post(const Served& served, const std::string& host, const std::string& origin,
                   const std::string& more = {}) {
  std::string text = "POST /v1/completions HTTP/1.1\r\nHost: " + host + "\r\n" + more +
                     "Content-Type: text/plain\r\nContent-Length: " +
                     std::to_string(std::string_view(kBody).size()) + "\r\n";
  if (!origin.empty()) text += "Origin: " + origin + "\r\n";
  return served.connect().ask(text + "\r\n" + kBody);
}

TEST(ServerPages, MayNotCallFromTheWeb) {
  const Served served;
  const Answer page = simple_post(served, "127.0.0.1:8080", "https://evil.example");
  EXPECT_EQ(page.status, 403);
  EXPECT_EQ(json_of(page.body)["error"]["code"], "origin_not_allowed");
  EXPECT_EQ(json_of(page.body)["error"]["type"], "invalid_request_error");
  EXPECT_EQ(page.header("access-control-allow-origin"), "");
  EXPECT_FALSE(page.header("x-request-id").empty());
  const Answer rebound = simple_post(served, "evil.example:8080", "http://evil.example:8080");
  EXPECT_EQ(rebound.status, 403);
  EXPECT_EQ(json_of(rebound.body)["error"]["code"], "host_not_allowed");
  for (const char* path : {"/", "/metrics", "/v1/responses/resp_1"})
    EXPECT_EQ(served.connect()
                  .ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                  .status,
              403)
        << path;
}

TEST(ServerPages, MayNotCallAServerForOthersEither) {
  ServerOptions options;
  options.http.host = "0.0.0.0";  // As in a container, whose port is published here.
  const Served served({}, options);
  EXPECT_EQ(simple_post(served, "127.0.0.1:8080", "https://evil.example").status, 403);
  EXPECT_EQ(simple_post(served, "box.example:8080", "http://box.example:8080").status, 200);
  EXPECT_EQ(simple_post(served, "box.example:8080", "").status, 200) << "a program";
}

TEST(ServerPages, MayCallFromHere) {
  const Served served;
  EXPECT_EQ(simple_post(served, "127.0.0.1:8080", "http://127.0.0.1:8080").status, 200);
  EXPECT_EQ(simple_post(served, "localhost:8080", "http://localhost:5173").status, 200);
  EXPECT_EQ(simple_post(served, "localhost", "").status, 200) << "a program";
}

TEST(ServerPages, MayCallFromWhereTheyWereAllowedTo) {
  ServerOptions options;
  options.cors_origins = {"https://app.example.org"};
  const Served served({}, options);
  EXPECT_EQ(simple_post(served, "127.0.0.1:8080", "https://app.example.org").status, 200);
  EXPECT_EQ(simple_post(served, "app.example.org", "").status, 200) << "a proxy's name";
  EXPECT_EQ(simple_post(served, "app.example.org", "https://evil.example").status, 403);
}

TEST(ServerPages, NeedAKeyWhereOneIsWanted) {
  ServerOptions options;
  options.api_keys = {"key"};
  const Served served({}, options);
  EXPECT_EQ(simple_post(served, "evil.example", "https://evil.example").status, 401);
  EXPECT_EQ(simple_post(served, "byeol.example", "", "Authorization: bearer key\r\n").status, 200);
}

}  // namespace
}  // namespace byeol::server
