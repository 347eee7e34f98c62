#include "net/http_url.h"

#include <gtest/gtest.h>

namespace byeol::net {
namespace {

TEST(HttpUrl, NamesHostPortAndTarget) {
  const Result<HttpUrl> url = parse_http_url("http://127.0.0.1:8080/v1/models?full=1#top");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_FALSE((*url).tls);
  EXPECT_EQ((*url).host, "127.0.0.1");
  EXPECT_EQ((*url).port, "8080");
  EXPECT_EQ((*url).target, "/v1/models?full=1");
  EXPECT_EQ((*url).authority, "127.0.0.1:8080");
}

TEST(HttpUrl, LeavesTheUsualPortAndTheRootUnsaid) {
  const Result<HttpUrl> plain = parse_http_url("http://example.org?a=b");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ((*plain).port, "80");
  EXPECT_EQ((*plain).target, "/?a=b");
  const Result<HttpUrl> secure = parse_http_url("https://example.org");
  ASSERT_TRUE(secure) << secure.error().message;
  EXPECT_TRUE((*secure).tls);
  EXPECT_EQ((*secure).port, "443");
  EXPECT_EQ((*secure).target, "/");
}

TEST(HttpUrl, KnowsTheBracketsOfIpv6) {
  const Result<HttpUrl> url = parse_http_url("http://[::1]:81/x");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ((*url).host, "::1");
  EXPECT_EQ((*url).port, "81");
  EXPECT_EQ((*url).authority, "[::1]:81");
  EXPECT_EQ((*parse_http_url("http://[::1]")).port, "80");
}

TEST(HttpUrl, SaysWhatIsWrong) {
  const auto message = [](std::string_view url) {
    const Result<HttpUrl> parts = parse_http_url(url);
    EXPECT_FALSE(parts) << url;
    if (parts) return std::string();
    EXPECT_EQ(parts.error().code, ErrorCode::kInvalidArgument);
    return parts.error().message;
  };
  EXPECT_EQ(message("ftp://x"), "address 'ftp://x': it must begin with http:// or https://");
  EXPECT_EQ(message("127.0.0.1:80"),
            "address '127.0.0.1:80': it must begin with http:// or https://");
  EXPECT_EQ(message("http://"), "address 'http://': it names no host");
  EXPECT_EQ(message("http://:80/"), "address 'http://:80/': it names no host");
  EXPECT_EQ(message("http://a:0"), "address 'http://a:0': its port must be from 1 to 65535");
  EXPECT_EQ(message("http://a:65536"),
            "address 'http://a:65536': its port must be from 1 to 65535");
  EXPECT_EQ(message("http://a:"), "address 'http://a:': its port must be from 1 to 65535");
  EXPECT_EQ(message("http://a:8x"), "address 'http://a:8x': its port must be from 1 to 65535");
  EXPECT_EQ(message("http://[::1"), "address 'http://[::1': a ']' is missing");
  EXPECT_EQ(message("http://[::1]80"), "address 'http://[::1]80': only a port may follow the ']'");
  EXPECT_EQ(message("http://me:secret@a/"), "an address must not hold a user name or password");
  EXPECT_EQ(message("http://a/\r\nX: y"),
            "address 'http://a/??X:?y': blanks and control characters must be percent-encoded");
}

}  // namespace
}  // namespace byeol::net
