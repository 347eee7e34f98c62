// Sends requests of a load and keeps their records, on the load's clock.
//
// Threads: send() and cancel() from any. A record is written on the client's network thread, from
// send() until on_end is called (on that thread, too).
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "bench/load/record.h"
#include "bench/load/request.h"
#include "net/http_client.h"

namespace byeol::bench {

class Sender {
 public:
  struct Events {
    std::function<void()> on_token = {};
    std::function<void()> on_end = {};
  };

  // The clock begins now. `client` lives as long.
  Sender(net::HttpClient& client, LoadTarget target)
      : client_(client), target_(std::move(target)), start_(Clock::now()) {}

  const LoadTarget& target() const { return target_; }
  double now_ms() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  }
  // When the clock shows so much.
  std::chrono::steady_clock::time_point at(double ms) const {
    return start_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double, std::milli>(ms));
  }

  // `record` lives until on_end; what an earlier attempt left in it is forgotten. on_end is called
  // in any case: at once where the request cannot be sent at all.
  net::HttpCallId send(std::string body, const std::string& id, LoadRecord& record, Events events);
  void cancel(net::HttpCallId id) { client_.cancel(id); }

  // Sends one request and waits for its end. scheduled_ms is now.
  LoadRecord send_and_wait(const LoadRequest& request, const std::string& id);

 private:
  using Clock = std::chrono::steady_clock;

  net::HttpClient& client_;
  LoadTarget target_;
  Clock::time_point start_;
};

}  // namespace byeol::bench
