// A server to test and a client of plain sockets that can misbehave as no library lets it.
//
// Threads: a client belongs to one.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http_server.h"

namespace byeol::net::testing {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Long enough for a busy machine and the sanitizers: only a failing test waits for it.
constexpr std::chrono::milliseconds kPatience{20'000};

// Something that another thread will do.
class Event {
 public:
  void set() {
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  bool wait(std::chrono::milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

template <typename Condition>
bool eventually(const Condition& condition, std::chrono::milliseconds patience = kPatience) {
  const auto deadline = Clock::now() + patience;
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    usleep(1000);
  }
  return true;
}

inline std::string test_refusal_body(int status, std::string_view sentence) {
  return "{\"status\":" + std::to_string(status) + ",\"sentence\":\"" + std::string(sentence) +
         "\"}";
}

inline HttpRefusalAnswer test_refuse(const HttpRefusal& refusal, std::string_view) {
  return {.headers = {{"Content-Type", "application/json"}, {"X-Refused", "yes"}},
          .body = test_refusal_body(refusal.status, refusal.sentence)};
}

inline std::unique_ptr<HttpServer> start_server(HttpServerOptions options, HttpHandler handler) {
  options.port = 0;
  auto server = HttpServer::start(options, std::move(handler), test_refuse);
  if (!server) ADD_FAILURE() << server.error().message;
  return server ? *std::move(server) : nullptr;
}

struct Answer {
  int status = 0;
  std::string head;  // With the status line and the empty line.
  std::string body;  // Chunks put together.
  bool complete = false;

  std::string header(std::string_view name) const {  // As the server spells it.
    const std::size_t begin = head.find("\r\n" + std::string(name) + ": ");
    if (begin == std::string::npos) return {};
    const std::size_t value = begin + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Client(Client&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        connected_(other.connected_),
        received_(std::move(other.received_)) {}
  Client& operator=(Client&&) = delete;
  ~Client() { close(); }

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void end_sending() { shutdown(fd_, SHUT_WR); }

  // False: the server no longer listens to us.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // False: closed, reset, or nothing came in time.
  bool receive_some(std::chrono::milliseconds patience = kPatience) {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char part[16 * 1024];
    const ssize_t bytes = recv(fd_, part, sizeof part, 0);
    if (bytes <= 0) return false;
    received_.append(part, static_cast<std::size_t>(bytes));
    return true;
  }
  std::string& received() { return received_; }

  // Whether the server closes within this time, sending nothing more.
  bool is_closed(std::chrono::milliseconds patience = kPatience) {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char byte = 0;
    return recv(fd_, &byte, 1, MSG_PEEK) <= 0;
  }

  Answer receive(bool head_only = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!receive_some()) return answer;
    answer.head = received_.substr(0, end + 4);
    received_.erase(0, end + 4);
    answer.status = std::atoi(answer.head.substr(answer.head.find(' ') + 1).c_str());
    const std::string length = answer.header("Content-Length");
    if (head_only || answer.status < 200 || answer.status == 204 || answer.status == 304) {
      answer.complete = true;
    } else if (!length.empty()) {
      answer.complete = take(std::strtoul(length.c_str(), nullptr, 10), answer.body);
    } else if (answer.header("Transfer-Encoding") == "chunked") {
      while (const std::optional<std::size_t> size = receive_chunk(answer.body))
        if (*size == 0) answer.complete = true;
    } else {
      while (receive_some()) {
      }
      answer.body = std::exchange(received_, {});
      answer.complete = true;
    }
    return answer;
  }

  // Its size, zero for the last; nothing where the connection ends before.
  std::optional<std::size_t> receive_chunk(std::string& body) {
    if (chunks_over_) {
      chunks_over_ = false;
      return std::nullopt;
    }
    std::size_t end = 0;
    while ((end = received_.find("\r\n")) == std::string::npos)
      if (!receive_some()) return std::nullopt;
    const std::size_t size = std::strtoul(received_.c_str(), nullptr, 16);
    received_.erase(0, end + 2);
    std::string line_end;
    if (!take(size, body) || !take(2, line_end)) return std::nullopt;
    EXPECT_EQ(line_end, "\r\n");
    chunks_over_ = size == 0;
    return size;
  }

  Answer ask(std::string_view request) {
    send(request);
    return receive(request.starts_with("HEAD "));
  }

 private:
  bool take(std::size_t bytes, std::string& to) {
    while (received_.size() < bytes)
      if (!receive_some()) return false;
    to.append(received_, 0, bytes);
    received_.erase(0, bytes);
    return true;
  }

  int fd_;
  bool connected_ = false;
  bool chunks_over_ = false;
  std::string received_;
};

inline std::string get(std::string_view path, std::string_view headers = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// Answers with what it was sent: "METHOD PATH?QUERY BODY".
inline void echo(const std::shared_ptr<HttpExchange>& exchange) {
  const HttpRequest& request = exchange->request();
  exchange->respond(200, {{"Content-Type", "text/plain"}},
                    request.method + " " + request.path + "?" + request.query + " " + request.body);
}

}  // namespace byeol::net::testing
