#include "net/http_server_reader.h"

#include <gtest/gtest.h>

namespace byeol::net {
namespace {

using State = HttpServerReader::State;

// All of it at once.
HttpServerReader& read(HttpServerReader& reader, std::string_view bytes) {
  reader.take(bytes);
  return reader;
}

TEST(HttpServerReader, TellsWhereItIs) {
  HttpServerReader reader(1000, 1000);
  EXPECT_EQ(reader.state(), State::kStart);
  std::string bytes = "\r\n";  // An empty line is no request.
  EXPECT_EQ(reader.take(bytes), 2u);
  EXPECT_EQ(reader.state(), State::kStart);
  bytes = "POST /a?b=c HTTP/1.1\r\nHost: t\r\nX-A: 1\r\n";
  bytes.erase(0, reader.take(bytes));
  EXPECT_EQ(reader.state(), State::kHeader);
  bytes += "Content-Length: 4\r\n\r\nbo";
  bytes.erase(0, reader.take(bytes));
  EXPECT_EQ(bytes, "");
  EXPECT_EQ(reader.state(), State::kBody);
  bytes = "dyGET / HTTP/1.1\r\n";
  EXPECT_EQ(reader.take(bytes), 2u);
  ASSERT_EQ(reader.state(), State::kComplete);
  EXPECT_EQ(reader.take("more"), 0u);
  const HttpRequest request = reader.take_request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.query, "b=c");
  EXPECT_EQ(request.body, "body");
  EXPECT_EQ(request.header("x-a"), "1");
  EXPECT_EQ(reader.state(), State::kStart);
  EXPECT_EQ(read(reader, "GET / HTTP/1.1\r\nHost: t\r\n\r\n").take_request().headers.size(), 1u);
}

TEST(HttpServerReader, ReadsTargets) {
  const auto target = [](const std::string& text) {
    HttpServerReader reader(1000, 1000);
    read(reader, "GET " + text + " HTTP/1.1\r\nHost: t\r\n\r\n");
    if (reader.state() != State::kComplete) return std::string("refused");
    const HttpRequest request = reader.take_request();
    return request.path + " " + request.query;
  };
  EXPECT_EQ(target("/"), "/ ");
  EXPECT_EQ(target("/a%2Fb?c%20d"), "/a/b c%20d");
  EXPECT_EQ(target("/a??b?"), "/a ?b?");
  EXPECT_EQ(target("http://host:80/a?b"), "/a b");
  EXPECT_EQ(target("HTTPS://host"), "/ ");
  EXPECT_EQ(target("http://host?b"), "/ b");
  EXPECT_EQ(target("http://https://host/a"), "//host/a ");
  EXPECT_EQ(target("ftp://host/"), "refused");
  EXPECT_EQ(target("*"), "refused");
  EXPECT_EQ(target("%2F"), "/ ");
  EXPECT_EQ(target("/%"), "refused");
}

TEST(HttpServerReader, ReadsTheClientsWishes) {
  struct Wishes {
    bool keep_alive, http_1_0, wants_continue;
    bool operator==(const Wishes&) const = default;
  };
  const auto wishes = [](const std::string& version, const std::string& headers) {
    HttpServerReader reader(1000, 1000);
    read(reader, "GET / HTTP/" + version + "\r\nHost: t\r\n" + headers + "\r\n");
    EXPECT_NE(reader.state(), State::kRefused) << reader.refusal().sentence;
    return Wishes{reader.keep_alive(), reader.http_1_0(), reader.wants_continue()};
  };
  const std::string expect = "Content-Length: 1\r\nExpect: 100-Continue\r\n";
  EXPECT_EQ(wishes("1.1", ""), (Wishes{true, false, false}));
  EXPECT_EQ(wishes("1.1", "Connection: x, close\r\n"), (Wishes{false, false, false}));
  EXPECT_EQ(wishes("1.0", ""), (Wishes{false, true, false}));
  EXPECT_EQ(wishes("1.0", "Connection: keep-alive\r\n"), (Wishes{true, true, false}));
  EXPECT_EQ(wishes("1.1", expect), (Wishes{true, false, true}));
  EXPECT_EQ(wishes("1.0", expect), (Wishes{false, true, false}));
}

TEST(HttpServerReader, ATrailerIsNoHeader) {
  HttpServerReader reader(1000, 1000);
  read(reader,
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1\r\nx\r\n0\r\nAuthorization: me\r\n\r\n");
  ASSERT_EQ(reader.state(), State::kComplete);
  const HttpRequest request = reader.take_request();
  EXPECT_EQ(request.header("Authorization"), "");
  EXPECT_EQ(request.body, "x");
}

TEST(HttpServerReader, TakesChunksCutAnywhere) {
  for (const std::string body : {"0\r\n\r\n", "0\r\nX: 1\r\n\r\n", "1\r\nx\r\n0;y\r\n\r\n"}) {
    const std::string request =
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    for (std::size_t cut = 0; cut < request.size(); ++cut) {
      HttpServerReader reader(1000, 1000);
      std::string bytes;
      for (std::size_t i = 0; i < request.size(); ++i) {
        bytes += request[i];
        if (i >= cut) bytes.erase(0, reader.take(bytes));
      }
      ASSERT_EQ(reader.state(), State::kComplete) << cut;
      EXPECT_EQ(bytes, "");
      EXPECT_EQ(reader.take_request().body, body.starts_with("1") ? "x" : "");
    }
  }
}

TEST(HttpServerReader, SaysWhatIsWrong) {
  const auto sentence = [](std::string_view bytes) {
    HttpServerReader reader(100, 10);
    return read(reader, bytes).refusal().sentence;
  };
  EXPECT_EQ(sentence("GET / HTTP/3.0\r\nHost: t\r\n\r\n"),
            "the request is not HTTP/1.1: bad version");
  EXPECT_EQ(sentence("GET / HTTP/1.1\r\n\r\n"), "a request of HTTP/1.1 needs one Host");
  EXPECT_EQ(sentence(std::string(200, 'x')), "the header is larger than 100 bytes");
  EXPECT_EQ(sentence("GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 11\r\n\r\n"),
            "the body is larger than 10 bytes");
  EXPECT_EQ(sentence("GET / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
            "the body is not as HTTP/1.1 has it: bad chunk");
}

}  // namespace
}  // namespace byeol::net
