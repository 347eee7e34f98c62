// An exchange without a network, which remembers how it was answered, and requests for it.
//
// Threads: any.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/http_server.h"
#include "server/call.h"
#include "wire/json_fields.h"
#include "wire/sse.h"

namespace byeol::server::testing {

// Long enough for a busy machine and the sanitizers: only a failing test waits for it.
inline constexpr std::chrono::seconds kPatience{30};

template <typename Condition>
bool eventually(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

inline net::HttpRequest make_request(std::string method, std::string path, std::string body = {},
                                     net::HttpHeaders headers = {}) {
  net::HttpRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.peer = "127.0.0.1:50000";
  request.arrived = std::chrono::steady_clock::now();
  return request;
}

class FakeExchange final : public net::HttpExchange {
 public:
  struct Answer {
    int status = 0;  // 0: none yet.
    net::HttpHeaders headers;
    std::string body;
    bool streams = false, over = false;
    int ignored = 0;  // Calls in a wrong order.

    std::string header(std::string_view name) const {
      return std::string(net::find_header(headers, name));
    }
  };

  explicit FakeExchange(net::HttpRequest request) : request_(std::move(request)) {}

  const net::HttpRequest& request() const override { return request_; }
  void respond(int status, net::HttpHeaders headers, std::string body) override {
    const std::lock_guard lock(mutex_);
    if (answer_.status != 0) return ignore();
    answer_ = {status, std::move(headers), std::move(body), false, true, answer_.ignored};
    changed_.notify_all();
  }
  void begin(int status, net::HttpHeaders headers) override {
    const std::lock_guard lock(mutex_);
    if (answer_.status != 0) return ignore();
    answer_ = {status, std::move(headers), {}, true, false, answer_.ignored};
    changed_.notify_all();
  }
  void write(std::string bytes) override {
    const std::lock_guard lock(mutex_);
    if (!answer_.streams || answer_.over) return ignore();
    answer_.body += bytes;
    changed_.notify_all();
  }
  void end() override {
    const std::lock_guard lock(mutex_);
    if (!answer_.streams || answer_.over) return ignore();
    answer_.over = true;
    changed_.notify_all();
  }
  std::size_t pending_bytes() const override {
    const std::lock_guard lock(mutex_);
    return pending_;
  }
  void on_drained(std::size_t bytes, std::function<void()> call) override {
    {
      const std::lock_guard lock(mutex_);
      if (pending_ > bytes) return drained_.emplace_back(bytes, std::move(call)), void();
    }
    call();
  }
  void on_hang_up(std::function<void()> call) override {
    const std::lock_guard lock(mutex_);
    hang_up_.push_back(std::move(call));
  }
  void on_done(std::function<void(int, std::uint64_t)>) override {}

  // What a reader does.
  void set_pending(std::size_t bytes) {
    std::vector<std::function<void()>> calls;
    {
      const std::lock_guard lock(mutex_);
      pending_ = bytes;
      std::erase_if(drained_, [&](auto& waiting) {
        if (bytes > waiting.first) return false;
        calls.push_back(std::move(waiting.second));
        return true;
      });
    }
    for (const auto& call : calls) call();
  }
  void hang_up() {
    std::vector<std::function<void()>> calls;
    {
      const std::lock_guard lock(mutex_);
      calls.swap(hang_up_);
    }
    for (const auto& call : calls) call();
  }
  std::size_t waits_for_drain() const {
    const std::lock_guard lock(mutex_);
    return drained_.size();
  }

  Answer answer() const {
    const std::lock_guard lock(mutex_);
    return answer_;
  }
  // Waits for the end of the answer.
  Answer whole() const {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return answer_.over; }));
    return answer_;
  }

 private:
  void ignore() { ++answer_.ignored; }

  const net::HttpRequest request_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Answer answer_;
  std::size_t pending_ = 0;
  std::vector<std::pair<std::size_t, std::function<void()>>> drained_;
  std::vector<std::function<void()>> hang_up_;
};

struct FakeCall {
  std::shared_ptr<FakeExchange> exchange;
  Call call;
};

inline FakeCall make_call(net::HttpRequest request) {
  auto exchange = std::make_shared<FakeExchange>(std::move(request));
  return {exchange,
          {.exchange = exchange, .id = "req_test", .headers = {{"x-request-id", "req_test"}}}};
}

// The JSON of an answer.
inline wire::Json json_of(std::string_view text) {
  wire::ApiResult<wire::Json> json = wire::parse_json(text);
  EXPECT_TRUE(json) << text;
  return json ? *std::move(json) : wire::Json();
}

// The events of a stream; comments are none.
inline std::vector<wire::SseEvent> events_of(std::string_view body) {
  std::vector<wire::SseEvent> events;
  wire::SseDecoder decoder;
  EXPECT_TRUE(decoder.feed(body, [&](wire::SseEvent&& event) { events.push_back(event); }));
  return events;
}

// Of each its name; its data, where it has none.
inline std::vector<std::string> names_of(std::string_view body) {
  std::vector<std::string> names;
  for (const wire::SseEvent& event : events_of(body))
    names.push_back(event.name.empty() ? event.data : event.name);
  return names;
}

}  // namespace byeol::server::testing
