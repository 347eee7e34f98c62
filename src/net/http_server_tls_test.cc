#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "net/http_server.h"
#include "net/http_server_test_support.h"

namespace byeol::net {
namespace {

using namespace testing;

template <typename T, auto Free>
using Owned = std::unique_ptr<T, decltype([](T* object) { Free(object); })>;
using OwnedFile = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

// A certificate that signs itself, in a folder of its own.
class Certificate {
 public:
  Certificate() {
    std::string name = ::testing::TempDir() + "byeol_tls_XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
    const Owned<X509, X509_free> cert(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
    X509_set_pubkey(cert.get(), key.get());
    X509_NAME* const subject = X509_get_subject_name(cert.get());
    const unsigned char common_name[] = "localhost";
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(cert.get(), subject);
    EXPECT_GT(X509_sign(cert.get(), key.get(), EVP_sha256()), 0);
    PEM_write_X509(OwnedFile(std::fopen(cert_path().c_str(), "w")).get(), cert.get());
    PEM_write_PrivateKey(OwnedFile(std::fopen(key_path().c_str(), "w")).get(), key.get(), nullptr,
                         nullptr, 0, nullptr, nullptr);
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate() { std::filesystem::remove_all(folder_); }

  std::string cert_path() const { return folder_ + "/cert.pem"; }
  std::string key_path() const { return folder_ + "/key.pem"; }
  HttpServerOptions options() const {
    HttpServerOptions options;
    options.tls_cert_path = cert_path();
    options.tls_key_path = key_path();
    return options;
  }

 private:
  std::string folder_;
};

class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port)
      : client_(port), context_(SSL_CTX_new(TLS_client_method())), tls_(SSL_new(context_.get())) {
    SSL_set_fd(tls_.get(), client_.fd());
    connected_ = SSL_connect(tls_.get()) == 1;
  }

  bool connected() const { return connected_; }
  void close() { client_.close(); }
  void send(std::string_view bytes) {
    SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  // Until this text came; all that came.
  std::string receive_until(std::string_view end) {
    std::string received;
    while (received.find(end) == std::string::npos) {
      char part[4096];
      const int bytes = SSL_read(tls_.get(), part, sizeof part);
      if (bytes <= 0) break;
      received.append(part, static_cast<std::size_t>(bytes));
    }
    return received;
  }
  // Whether the server ended TLS as it should, before it closed the connection.
  bool is_ended() {
    char byte = 0;
    const int bytes = SSL_read(tls_.get(), &byte, 1);
    return SSL_get_error(tls_.get(), bytes) == SSL_ERROR_ZERO_RETURN;
  }

 private:
  Client client_;
  Owned<SSL_CTX, SSL_CTX_free> context_;
  Owned<SSL, SSL_free> tls_;
  bool connected_ = false;
};

TEST(HttpServerTls, AnswersRequestsOfOneConnection) {
  const Certificate certificate;
  const auto server = start_server(certificate.options(), echo);
  TlsClient client(server->port());
  ASSERT_TRUE(client.connected());
  client.send(get("/one"));
  EXPECT_TRUE(client.receive_until("GET /one? ").ends_with("GET /one? "));
  client.send(get("/two") + get("/three", "Connection: close\r\n"));
  EXPECT_TRUE(client.receive_until("GET /three? ").ends_with("GET /three? "));
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServerTls, LargeBodiesBothWays) {
  const Certificate certificate;
  const auto server = start_server(certificate.options(), echo);
  TlsClient client(server->port());
  client.send(post("/", std::string(1'000'000, 'x') + "end"));
  EXPECT_GT(client.receive_until("end").size(), 1'000'000u);
}

TEST(HttpServerTls, StreamsToManyAtOnce) {
  const Certificate certificate;
  const auto server =
      start_server(certificate.options(), [](const std::shared_ptr<HttpExchange>& exchange) {
        exchange->begin(200, {});
        for (int i = 0; i < 100; ++i) exchange->write("data: token\n\n");
        exchange->end();
      });
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([port = server->port()] {
      TlsClient client(port);
      for (int round = 0; round < 5; ++round) {
        client.send(get("/"));
        EXPECT_TRUE(client.receive_until("\r\n0\r\n\r\n").ends_with("\r\n0\r\n\r\n"));
      }
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpServerTls, AHangUpIsHeard) {
  const Certificate certificate;
  Event here;
  Event hung_up;
  std::shared_ptr<HttpExchange> held;
  const auto server = start_server(certificate.options(), [&](std::shared_ptr<HttpExchange> given) {
    held = std::move(given);
    held->on_hang_up([&] { hung_up.set(); });
    here.set();
  });
  TlsClient client(server->port());
  client.send(get("/"));
  ASSERT_TRUE(here.wait());
  EXPECT_FALSE(hung_up.wait(20ms));
  client.close();
  EXPECT_TRUE(hung_up.wait());
}

TEST(HttpServerTls, DrainsAndEndsWithConnectionsInEveryState) {
  const Certificate certificate;
  HttpServerOptions options = certificate.options();
  options.connections_max = 3;
  auto server = start_server(options, echo);
  const Client silent(server->port());  // Never shakes hands.
  TlsClient idle(server->port());
  TlsClient half(server->port());
  half.send("GET / HT");
  EXPECT_TRUE(eventually([&] { return server->connections() == 3; }));
  TlsClient too_many(server->port());
  EXPECT_NE(too_many.receive_until("in use").find(" 503 "), std::string::npos);
  EXPECT_FALSE(server->drain(50ms));
  EXPECT_TRUE(idle.is_ended());
  server.reset();
  EXPECT_EQ(half.receive_until("x"), "");
}

TEST(HttpServerTls, PlainHttpIsCutOff) {
  const Certificate certificate;
  HttpServerOptions options = certificate.options();
  options.header_timeout = 100ms;
  const auto server = start_server(options, echo);
  Client client(server->port());
  client.send(get("/"));
  while (client.receive_some()) {
  }
  EXPECT_TRUE(client.is_closed());
  Client silent(server->port());
  EXPECT_TRUE(silent.is_closed());
}

TEST(HttpServerTls, SaysWhatIsWrongWithTheFiles) {
  const Certificate one;
  const Certificate other;
  const auto error = [](const std::string& cert, const std::string& key) {
    HttpServerOptions options;
    options.port = 0;
    options.tls_cert_path = cert;
    options.tls_key_path = key;
    const auto failed = HttpServer::start(options, echo, test_refuse);
    EXPECT_FALSE(failed);
    EXPECT_TRUE(failed || failed.error().code == ErrorCode::kInvalidArgument);
    return failed ? std::string() : failed.error().message;
  };
  EXPECT_NE(error(one.cert_path(), "").find("both"), std::string::npos);
  EXPECT_NE(error("/absent.pem", one.key_path()).find("certificate /absent.pem"),
            std::string::npos);
  EXPECT_NE(error(one.cert_path(), "/absent.pem").find("key /absent.pem"), std::string::npos);
  EXPECT_NE(error(one.key_path(), one.cert_path()), "");
  EXPECT_NE(error(one.cert_path(), other.key_path()).find(other.key_path()), std::string::npos);
}

}  // namespace
}  // namespace byeol::net
