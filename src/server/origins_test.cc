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
                           "127.0.0.1:8080", "127.3.2.1:1", "[::1]", "[::1]:8080", "", "localhost.",
                           "localhost.:8080", "app.localhost:8080", "A.B.LocalHost.",
                           "host.docker.internal:8080", "host.containers.internal"})
    EXPECT_EQ(status_of(origins, host), 0) << host;
}

// A page whose name leads here has its own name in `Host`, and no foreign origin.
TEST(Origins, RefusesNamesThatAreNotOurs) {
  const Origins origins({}, "127.0.0.1");
  for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                           "127.0.0.1.evil.example", "127.evil.example", "evil-localhost",
                           ".localhost", "localhost..", "host.docker.internal.evil.example",
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

// One that listens for others does not know its names, and knows which pages are not its own.
TEST(Origins, MindsPagesAndNoNamesWhereTheServerListensForOthers) {
  for (const char* listens_on : {"0.0.0.0", "::", "192.168.1.5", "box.example"}) {
    const Origins origins({"https://app.example.org"}, listens_on);
    EXPECT_EQ(status_of(origins, "box.example:8080"), 0) << listens_on;
    EXPECT_EQ(status_of(origins, "box.example:8080", "http://box.example:8080"), 0);
    EXPECT_EQ(status_of(origins, "127.0.0.1:8080", "http://localhost:5173"), 0);
    EXPECT_EQ(status_of(origins, "box.example", "https://app.example.org"), 0);
    EXPECT_EQ(status_of(origins, "box.example", "https://evil.example"), 403) << listens_on;
    EXPECT_EQ(status_of(origins, "127.0.0.1:8080", "null"), 403) << listens_on;
  }
  for (const char* listens_on : {"localhost", "::1", "127.0.0.2"})
    EXPECT_EQ(status_of(Origins({}, listens_on), "box.example"), 403) << listens_on;
}

// An image or a script of a page elsewhere comes without an origin.
TEST(Origins, RefuseWhatIsEmbeddedElsewhere) {
  const auto fetched = [](const Origins& origins, const char* site, const char* mode,
                          const char* origin = "") {
    net::HttpHeaders headers = {
        {"Host", "127.0.0.1:8080"}, {"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", mode}};
    if (*origin != 0) headers.emplace_back("Origin", origin);
    const auto checked =
        origins.check(testing::make_request("GET", "/v1/models", {}, std::move(headers)));
    return checked ? 0 : checked.error().status;
  };
  for (const char* listens_on : {"127.0.0.1", "0.0.0.0"}) {
    const Origins origins({"https://app.example.org"}, listens_on);
    EXPECT_EQ(fetched(origins, "cross-site", "no-cors"), 403) << listens_on;
    EXPECT_EQ(fetched(origins, "cross-site", "websocket"), 403);
    EXPECT_EQ(fetched(origins, "cross-site", "navigate"), 0) << "a link";
    EXPECT_EQ(fetched(origins, "same-origin", "no-cors"), 0);
    EXPECT_EQ(fetched(origins, "none", "navigate"), 0);
    EXPECT_EQ(fetched(origins, "cross-site", "cors", "https://app.example.org"), 0);
    EXPECT_EQ(fetched(origins, "cross-site", "navigate", "https://evil.example"), 403) << "a form";
  }
  EXPECT_EQ(fetched(Origins({"*"}, "127.0.0.1"), "cross-site", "no-cors"), 0);
}

TEST(Origins, LetProbesInUnderAnyName) {
  const Origins origins({}, "127.0.0.1");
  for (const char* path : {"/health", "/ready"})
    EXPECT_TRUE(origins.check(testing::make_request("GET", path, {}, {{"Host", "10.1.2.3:8080"}})))
        << path;
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
