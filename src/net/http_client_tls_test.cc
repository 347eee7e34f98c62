#include <gtest/gtest.h>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net/test_certificate.h"

namespace byeol::net {
namespace {

class HttpClientTls : public testing::Test {
 protected:
  HttpClientTls() {
    HttpServerOptions options;
    options.port = 0;
    options.tls_cert_path = certificate_.certificate_path();
    options.tls_key_path = certificate_.key_path();
    auto server =
        HttpServer::start(options,
                          [](const std::shared_ptr<HttpExchange>& exchange) {
                            exchange->respond(200, {}, "secret for " + exchange->request().path);
                          },
                          {});
    EXPECT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(server_->port()) + "/x";
  }

  TestCertificate certificate_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpClientTls, SpeaksWithAServerThatItCanTrust) {
  const auto client = *HttpClient::start(certificate_.certificate_path());
  const Result<HttpAnswer> answer = fetch(*client, {.url = url("localhost")});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer).body, "secret for /x");
}

TEST_F(HttpClientTls, RefusesAnUnknownAuthorityAndAnotherName) {
  const auto expect_refused = [](const Result<HttpAnswer>& answer) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kIo);
    EXPECT_NE(answer.error().message.find("TLS handshake: "), std::string::npos)
        << answer.error().message;
    EXPECT_NE(answer.error().message.find("verify"), std::string::npos) << answer.error().message;
  };
  expect_refused(fetch(**HttpClient::start(), {.url = url("localhost")}));
  const auto client = *HttpClient::start(certificate_.certificate_path());
  expect_refused(fetch(*client, {.url = url("127.0.0.1")}));
}

TEST_F(HttpClientTls, NamesAServerThatDoesNotSpeakIt) {
  const auto client = *HttpClient::start();
  const std::string plain = "http" + url("localhost").substr(5);
  const Result<HttpAnswer> answer = fetch(*client, {.url = plain});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace byeol::net
