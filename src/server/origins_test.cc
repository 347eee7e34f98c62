#include "server/origins.h"

#include <gtest/gtest.h>

#include "server/test_support.h"

namespace byeol::server {
namespace {

// The status that a request gets; 0: it may come in.
int status_of(const Origins& origins, const std::string& host, const std::string& origin = {}) {
  net::HttpHeaders headers;
  if (!host.empty()) headers.emplace_back("Host", host);
  if (!origin.empty()) headers.emplace_back("Origin", origin);
  const auto checked =
      origins.check(testing::make_request("POST", "/v1/completions", "{}", std::move(headers)));
  return checked ? 0 : checked.error().status;
}

TEST(Origins, LetsProgramsInThatNameThisMachine) {
  const Origins origins({}, "127.0.0.1");
  for (const char* host : {"localhost", "localhost:8080", "LocalHost:8080", "127.0.0.1",
                           "127.0.0.1:8080", "127.3.2.1:1", "[::1]", "[::1]:8080", ""})
    EXPECT_EQ(status_of(origins, host), 0) << host;
}

// A page whose name leads here has its own name in `Host`, and no foreign origin.
TEST(Origins, RefusesNamesThatAreNotOurs) {
  const Origins origins({}, "127.0.0.1");
  for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                           "127.0.0.1.evil.example", "127.evil.example", "evil-localhost",
                           "10.0.0.1:8080", "[::2]:8080", "127.0.0.", ":8080", "0.0.0.0:8080"})
    EXPECT_EQ(status_of(origins, host), 403) << host;
  EXPECT_EQ(status_of(origins, "evil.example:8080", "http://evil.example:8080"), 403);
  EXPECT_EQ(status_of(origins, "evil.example:8080", "http://localhost:8080"), 403);
}

TEST(Origins, LetsItsOwnPagesInAndThoseOfThisMachine) {
  const Origins origins({}, "127.0.0.1");
  EXPECT_EQ(status_of(origins, "127.0.0.1:8080", "http://127.0.0.1:8080"), 0);
  EXPECT_EQ(status_of(origins, "localhost:8080", "https://localhost:8080"), 0);
  EXPECT_EQ(status_of(origins, "127.0.0.5:8080", "http://127.0.0.5:8080"), 0);
  EXPECT_EQ(status_of(origins, "127.0.0.1:8080", "http://localhost:5173"), 0);
}

TEST(Origins, RefusesPagesOfTheWeb) {
  const Origins origins({}, "127.0.0.1");
  for (const char* origin : {"https://evil.example", "http://evil.example:8080", "null",
                             "http://localhost.evil.example", "file://", "http://127.0.0.5:8080"})
    EXPECT_EQ(status_of(origins, "127.0.0.1:8080", origin), 403) << origin;
}

TEST(Origins, LetsInWhatItWasToldOf) {
  const Origins origins({"https://app.example.org", "http://lan:3000"}, "127.0.0.1");
  EXPECT_EQ(status_of(origins, "127.0.0.1:8080", "https://app.example.org"), 0);
  // Behind a proxy that passes its own name on.
  EXPECT_EQ(status_of(origins, "app.example.org", "https://app.example.org"), 0);
  EXPECT_EQ(status_of(origins, "app.example.org:443"), 0);
  EXPECT_EQ(status_of(origins, "lan"), 0);
  EXPECT_EQ(status_of(origins, "example.org"), 403);
  EXPECT_EQ(status_of(origins, "app.example.org", "https://evil.example"), 403);
  const Origins all({"*"}, "127.0.0.1");
  EXPECT_EQ(status_of(all, "evil.example", "null"), 0);
  const Origins odd({"null"}, "127.0.0.1");
  EXPECT_EQ(status_of(odd, ":8080"), 403);
}

TEST(Origins, MindsNobodyWhereTheServerListensForOthers) {
  for (const char* listens_on : {"0.0.0.0", "::", "192.168.1.5", "box.example"})
    EXPECT_EQ(status_of(Origins({}, listens_on), "box.example", "https://evil.example"), 0);
  for (const char* listens_on : {"localhost", "::1", "127.0.0.2"})
    EXPECT_EQ(status_of(Origins({}, listens_on), "box.example"), 403) << listens_on;
}

TEST(Origins, SaysWhatToDo) {
  const Origins origins({}, "127.0.0.1");
  const auto checked = origins.check(testing::make_request(
      "POST", "/", {}, {{"Host", "localhost"}, {"Origin", "https://" + std::string(5000, 'x')}}));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "origin_not_allowed");
  EXPECT_NE(checked.error().message.find("--cors-origin"), std::string::npos);
  EXPECT_LT(checked.error().message.size(), 300u);
}

}  // namespace
}  // namespace byeol::server
