#include "net/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "net/scripted_server.h"

namespace byeol::net {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<HttpClient> start_client() {
  Result<std::unique_ptr<HttpClient>> client = HttpClient::start();
  EXPECT_TRUE(client) << client.error().message;
  return *std::move(client);
}

void expect_failure(const Result<HttpAnswer>& answer, ErrorCode code, const std::string& part) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code) << answer.error().message;
  EXPECT_NE(answer.error().message.find(part), std::string::npos) << answer.error().message;
}

TEST(HttpClient, SendsWhatWasAskedForAndReadsTheAnswer) {
  std::string request;
  ScriptedServer server([&request](Peer& peer) {
    request = peer.read_request();
    peer.send("HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-Kind: odd\r\n\r\nhello");
  });
  const auto client = start_client();
  const Result<HttpAnswer> answer = fetch(
      *client,
      {.method = "POST", .url = server.url("/a?b=c"), .headers = {{"X-One", "1"}}, .body = "body"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer).head.status, 201);
  EXPECT_EQ((*answer).head.header("x-kind"), "odd");
  EXPECT_EQ((*answer).head.header("absent"), "");
  EXPECT_EQ((*answer).body, "hello");
  const std::string host = server.url().substr(7, server.url().size() - 8);
  EXPECT_EQ(request, "POST /a?b=c HTTP/1.1\r\nHost: " + host +
                         "\r\nConnection: close\r\nContent-Length: 4\r\nX-One: 1\r\n\r\nbody");
}

TEST(HttpClient, HandsPartsOnAsTheyCome) {
  std::promise<void> first_seen;
  ScriptedServer server([&first_seen](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    first_seen.get_future().wait();  // No further byte until the client has seen these.
    peer.send("2;x=y\r\nd");
    peer.send("e\r\n0\r\nTrailer: t\r\n\r\n");
  });
  const auto client = start_client();
  std::string events;
  std::promise<void> ended;
  HttpListener listener;
  listener.on_sent = [&] { events += "sent "; };
  listener.on_head = [&](const HttpHead& head) { events += std::to_string(head.status) + " "; };
  listener.on_body = [&](std::string_view bytes) {
    if (events == "sent 200 ") first_seen.set_value();
    events += bytes;
  };
  listener.on_end = [&](const Status& status) {
    events += status ? " end" : status.error().message;
    ended.set_value();
  };
  ASSERT_TRUE(client->call({.url = server.url()}, std::move(listener)));
  ended.get_future().wait();
  EXPECT_EQ(events, "sent 200 abcde end");
}

TEST(HttpClient, ReadsABodyThatTheConnectionEnds) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
  });
  const Result<HttpAnswer> answer = fetch(*start_client(), {.url = server.url()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer).body, "all of it");
}

TEST(HttpClient, PassesOverInterimAnswersAndEmptyBodies) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  });
  const Result<HttpAnswer> answer = fetch(*start_client(), {.url = server.url()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer).head.status, 204);
  EXPECT_EQ((*answer).body, "");
}

TEST(HttpClient, ReadsTheRefusalOfARequestThatTheServerDidNotRead) {
  ScriptedServer server([](Peer& peer) {
    peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    peer.wait_for_hang_up();
  });
  const Result<HttpAnswer> answer = fetch(
      *start_client(),
      {.method = "POST", .url = server.url(), .body = std::string(std::size_t{1} << 22, 'x')});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer).head.status, 413);
}

TEST(HttpClient, SaysThatTheConnectionWasCut) {
  for (const char* part : {"", "HTTP/1.1 200 OK\r\nContent-",
                           "HTTP/1.1 200 OK\r\n"
                           "Content-Length: 9\r\n\r\nhalf",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
    ScriptedServer server([part](Peer& peer) {
      peer.read_request();
      peer.send(part);
    });
    expect_failure(fetch(*start_client(), {.url = server.url()}), ErrorCode::kIo,
                   "read the answer: the server hung up before the end");
  }
}

TEST(HttpClient, SaysThatAnAnswerIsNotHttp) {
  for (const char* bytes : {"220 mail ready\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    ScriptedServer server([bytes](Peer& peer) {
      peer.read_request();
      peer.send(bytes);
      peer.wait_for_hang_up();
    });
    expect_failure(fetch(*start_client(), {.url = server.url()}), ErrorCode::kCorrupt,
                   "read the answer: ");
  }
}

TEST(HttpClient, EndsACallThatTakesTooLong) {
  ScriptedServer silent([](Peer& peer) { peer.wait_for_hang_up(); });
  expect_failure(fetch(*start_client(), {.url = silent.url(), .idle_timeout = milliseconds(30)}),
                 ErrorCode::kDeadline, ": no byte of an answer came within 30 ms");
  ScriptedServer stuck([](Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    peer.wait_for_hang_up();
  });
  expect_failure(fetch(*start_client(), {.url = stuck.url(), .idle_timeout = milliseconds(30)}),
                 ErrorCode::kDeadline, ": no further byte of the answer came within 30 ms");
  ScriptedServer slow([](Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 100; ++i) {
      peer.send("x");
      std::this_thread::sleep_for(milliseconds(2));
    }
  });
  expect_failure(fetch(*start_client(), {.url = slow.url(), .total_timeout = milliseconds(40)}),
                 ErrorCode::kDeadline, ": the answer was not complete within 40 ms");
}

TEST(HttpClient, CancelHangsUp) {
  std::promise<void> hung_up;
  ScriptedServer server([&hung_up](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    peer.wait_for_hang_up();
    hung_up.set_value();
  });
  const auto client = start_client();
  std::promise<void> begun;
  std::promise<ErrorCode> ended;
  HttpListener listener;
  listener.on_body = [&](std::string_view) { begun.set_value(); };
  listener.on_end = [&](const Status& status) { ended.set_value(status.error().code); };
  const Result<HttpCallId> id = client->call({.url = server.url()}, std::move(listener));
  ASSERT_TRUE(id);
  begun.get_future().wait();
  client->cancel(*id);
  EXPECT_EQ(ended.get_future().get(), ErrorCode::kCancelled);
  hung_up.get_future().wait();
  client->cancel(*id);  // Has ended.
}

TEST(HttpClient, DestructionEndsEveryCall) {
  ScriptedServer server([](Peer& peer) { peer.wait_for_hang_up(); });
  auto client = start_client();
  HttpClient& ending = *client;
  std::atomic<int> cancelled = 0;
  for (int i = 0; i < 20; ++i) {
    HttpListener listener;
    listener.on_end = [&](const Status& status) {
      cancelled += status.error().code == ErrorCode::kCancelled;
      if (cancelled > 1) return;
      // A call that is made while the client ends does so, too.
      EXPECT_TRUE(ending.call({.url = server.url()}, {}));
    };
    ASSERT_TRUE(client->call({.url = server.url()}, std::move(listener)));
  }
  client.reset();
  EXPECT_EQ(cancelled, 20);
}

TEST(HttpClient, SaysThatNobodyIsThere) {
  std::string url;
  {
    ScriptedServer gone([](Peer&) {});
    url = gone.url();
  }
  expect_failure(fetch(*start_client(), {.url = url}), ErrorCode::kIo,
                 ": connect: Connection refused");
  expect_failure(fetch(*start_client(), {.url = "http://no-such-host.invalid/"}),
                 ErrorCode::kNotFound, "no-such-host.invalid: look-up: ");
}

TEST(HttpClient, RefusesWhatWouldBreakHttp) {
  const auto client = start_client();
  expect_failure(fetch(*client, {.url = "ftp://x"}), ErrorCode::kInvalidArgument, "ftp://x");
  expect_failure(fetch(*client, {.url = "http://x", .headers = {{"A", "b\r\nC: d"}}}),
                 ErrorCode::kInvalidArgument, "its value one line");
  expect_failure(fetch(*client, {.url = "http://x", .headers = {{"A: b", "c"}}}),
                 ErrorCode::kInvalidArgument, "its name must be a word");
  expect_failure(fetch(*client, {.method = "GET /", .url = "http://x"}),
                 ErrorCode::kInvalidArgument, "method");
}

TEST(HttpClient, RefusesAnAnswerThatIsTooLongToKeep) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 1000; ++i) peer.send(std::string(1000, 'x'));
  });
  expect_failure(fetch(*start_client(), {.url = server.url()}, 5000), ErrorCode::kInvalidArgument,
                 "the answer has more than 5000 bytes");
}

TEST(HttpClient, NeedsCertificatesThatItCanRead) {
  const auto client = HttpClient::start("/no/such/file.pem");
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kIo);
  EXPECT_EQ(client.error().message.find("read certificates /no/such/file.pem: "), 0u)
      << client.error().message;
}

TEST(HttpClient, HasAThousandCallsUnderWayAtOnce) {
  constexpr int kCalls = 1000;
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    {
      std::unique_lock lock(mutex);
      if (++waiting == kCalls) changed.notify_all();
      changed.wait(lock, [&] { return waiting == kCalls; });
    }
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  const auto client = start_client();
  std::atomic<int> good = 0;
  std::atomic<int> ended = 0;
  std::promise<void> all;
  for (int i = 0; i < kCalls; ++i) {
    HttpListener listener;
    listener.on_end = [&](const Status& status) {
      good += status ? 1 : 0;
      if (++ended == kCalls) all.set_value();
    };
    ASSERT_TRUE(client->call({.url = server.url()}, std::move(listener)));
  }
  all.get_future().wait();
  EXPECT_EQ(good, kCalls);
}

}  // namespace
}  // namespace byeol::net
