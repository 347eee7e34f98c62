// An exchange whose answer is kept while it is given, for whoever joins later.
//
// Threads: as HttpExchange.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/http_server.h"

namespace byeol::server {

class RecordedExchange final : public net::HttpExchange {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;

  explicit RecordedExchange(std::shared_ptr<net::HttpExchange> first)
      : first_(first), readers_{std::move(first)} {}

  // For whoever answers. When the last copy goes without an answer, so do the readers, as with any
  // exchange; what was answered is kept.
  static std::shared_ptr<net::HttpExchange> handle(std::shared_ptr<RecordedExchange> recorder);

  // Answers it as the first one was, and is being. False: the answer is none to be given again.
  bool join(const std::shared_ptr<net::HttpExchange>& reader);
  // Whether join() could ever be true (again).
  bool is_worth_keeping() const;
  std::size_t bytes() const;  // That are kept.

  const net::HttpRequest& request() const override { return first_->request(); }
  void respond(int status, net::HttpHeaders headers, std::string body) override;
  void begin(int status, net::HttpHeaders headers) override;
  void write(std::string bytes) override;
  void end() override;
  std::size_t pending_bytes() const override;
  void on_drained(std::size_t bytes, std::function<void()> call) override;
  // Never: the request goes on for who comes again.
  void on_hang_up(std::function<void()>) override {}
  void on_done(std::function<void(int status, std::uint64_t body_bytes)> call) override {
    first_->on_done(std::move(call));
  }

 private:
  bool can_be_told() const;
  void drop();

  std::shared_ptr<net::HttpExchange> first_;  // Null: dropped.
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<net::HttpExchange>> readers_;
  int status_ = 0;  // 0: not begun.
  net::HttpHeaders headers_;
  std::string body_;
  bool streams_ = false, over_ = false, broken_ = false;
};

}  // namespace byeol::server
