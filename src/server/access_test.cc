#include "server/access.h"

#include <gtest/gtest.h>

#include "server/test_support.h"

namespace byeol::server {
namespace {

using testing::make_request;

net::HttpRequest with_key(const std::string& value) {
  return make_request("POST", "/v1/completions", {}, {{"Authorization", value}});
}

TEST(Access, LetsEverybodyInWhereThereIsNoKey) {
  const Access access({}, {});
  EXPECT_FALSE(access.wants_key());
  EXPECT_EQ(*access.tenant_of(make_request("GET", "/")), 0u);
  EXPECT_EQ(*access.tenant_of(with_key("Bearer whatever")), 0u);
}

TEST(Access, TellsTenantsByTheirKeys) {
  const Access access({"first-key", "second"}, {});
  EXPECT_TRUE(access.wants_key());
  EXPECT_EQ(*access.tenant_of(with_key("Bearer first-key")), 1u);
  EXPECT_EQ(*access.tenant_of(with_key("Bearer second")), 2u);
}

TEST(Access, RefusesWhatIsNoKeyOfIts) {
  const Access access({"first-key", "second"}, {});
  for (const char* value :
       {"Bearer ", "Bearer first-ke", "Bearer first-keyy", "Bearer first-keyfirst-key",
        "Bearer firstkey!", "Bearer secondsecond", "first-key", "Basic first-key", "Bearer"}) {
    const auto tenant = access.tenant_of(with_key(value));
    ASSERT_FALSE(tenant) << value;
    EXPECT_EQ(tenant.error().status, 401);
    EXPECT_EQ(tenant.error().code, "invalid_api_key");
    EXPECT_EQ(tenant.error().message.find("first-key"), std::string::npos) << value;
  }
  const auto none = access.tenant_of(make_request("GET", "/v1/models"));
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("Authorization: Bearer"), std::string::npos);
}

std::string allowed(const Access& access, std::string_view origin) {
  const net::HttpHeaders headers = access.cors_headers(origin);
  return std::string(net::find_header(headers, "access-control-allow-origin"));
}

TEST(Access, LetsPagesOfThisMachineCall) {
  const Access access({}, {});
  for (const char* origin : {"http://localhost", "http://localhost:3000", "http://127.0.0.1:8080",
                             "http://[::1]:5173", "http://127.0.0.1"})
    EXPECT_EQ(allowed(access, origin), origin);
  for (const char* origin :
       {"", "null", "https://example.org", "http://localhost.example.org", "http://localhostile",
        "http://127.0.0.1.example.org:80", "http://localhost:80.example.org", "https://localhost",
        "http://localhost:80@example.org"})
    EXPECT_TRUE(access.cors_headers(origin).empty()) << origin;
}

TEST(Access, LetsOthersPagesCallAsFarAsItWasTold) {
  const Access one({}, {"https://app.example.org"});
  EXPECT_EQ(allowed(one, "https://app.example.org"), "https://app.example.org");
  EXPECT_EQ(allowed(one, "https://other.example.org"), "");
  EXPECT_EQ(allowed(one, "http://localhost:1"), "http://localhost:1");
  const Access all({}, {"*"});
  EXPECT_EQ(allowed(all, "https://anything.example"), "https://anything.example");
  EXPECT_EQ(allowed(all, ""), "");
}

TEST(Access, AnswersTheQuestionBeforeACall) {
  const Access access({}, {"https://app.example.org"});
  const net::HttpHeaders headers = access.preflight_headers(
      make_request("OPTIONS", "/v1/chat/completions", {},
                   {{"Origin", "https://app.example.org"},
                    {"Access-Control-Request-Headers", "authorization, x-deadline-first-ms"}}));
  EXPECT_EQ(net::find_header(headers, "access-control-allow-origin"), "https://app.example.org");
  EXPECT_EQ(net::find_header(headers, "access-control-allow-methods"),
            "GET, POST, DELETE, OPTIONS");
  EXPECT_EQ(net::find_header(headers, "access-control-allow-headers"),
            "authorization, x-deadline-first-ms");
  EXPECT_EQ(net::find_header(headers, "vary"), "Origin");
  EXPECT_TRUE(access
                  .preflight_headers(make_request("OPTIONS", "/v1/models", {},
                                                  {{"Origin", "https://evil.example"}}))
                  .empty());
}

}  // namespace
}  // namespace byeol::server
