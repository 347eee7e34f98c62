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

TEST(Access, TakesTheNameOfTheSchemeInAnyCase) {
  const Access access({"first-key", "second"}, {});
  for (const char* value : {"bearer second", "BEARER second", "bEaReR second", "Bearer   second"}) {
    const auto tenant = access.tenant_of(with_key(value));
    ASSERT_TRUE(tenant) << value;
    EXPECT_EQ(*tenant, 2u);
  }
  EXPECT_FALSE(access.tenant_of(with_key("bearer SECOND"))) << "a key has its case";
  EXPECT_FALSE(access.tenant_of(with_key("bearersecond")));
}

TEST(Access, KnowsAnOwnerByItsKeyAndNotByItsPlace) {
  const Access one({"first-key", "second"}, {}), other({"third", "second"}, {}), none({}, {});
  EXPECT_EQ(one.owner_of(2), other.owner_of(2));
  EXPECT_NE(one.owner_of(1), other.owner_of(1));
  EXPECT_NE(one.owner_of(1), one.owner_of(2));
  EXPECT_EQ(one.owner_of(1).size(), 64u);
  EXPECT_EQ(one.owner_of(1).find("first"), std::string::npos);
  EXPECT_EQ(none.owner_of(0), "");
}

TEST(Access, AsksPagesForNothingWhereAKeyIsWanted) {
  const net::HttpRequest foreign =
      make_request("POST", "/v1/completions", "{}",
                   {{"Host", "evil.example"}, {"Origin", "http://evil.example"}});
  EXPECT_TRUE(Access({"key"}, {}).check_page(foreign));
  EXPECT_FALSE(Access({}, {}).check_page(foreign));
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

TEST(Access, LetsPagesReadAllThatHeadersSay) {
  const Access access({}, {});
  const net::HttpHeaders headers = access.cors_headers("http://localhost:1");
  const std::string exposed =
      ", " + std::string(net::find_header(headers, "access-control-expose-headers")) + ",";
  const auto [exchange, call] = testing::make_call(make_request("POST", "/v1/completions"));
  respond_refused(call, wire::overloaded("No room."), 1200);
  net::HttpHeaders sent = exchange->answer().headers;
  for (const auto& header : deadline_headers(
           wire::DeadlineReport{.first_ms = 1, .mean_gap_ms = 1, .max_gap_ms = 1, .total_ms = 1}))
    sent.push_back(header);
  EXPECT_GE(sent.size(), 10u);
  for (const auto& [name, value] : sent) {
    if (name == "Content-Type") continue;  // Which pages may always read.
    EXPECT_NE(exposed.find(", " + name + ","), std::string::npos) << name;
  }
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
