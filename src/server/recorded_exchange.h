// An exchange whose answer is kept while it is given, for whoever joins later. Each reader gets the
// headers of its own call (its request id, what its page may read) and those of the answer.
//
// Threads: as HttpExchange.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/http_server.h"
#include "server/call.h"

namespace byeol::server {

class RecordedExchange final : public net::HttpExchange {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;

  explicit RecordedExchange(const Call& first)
      : first_(first.exchange), own_headers_(first.headers), readers_{reader_of(first)} {}

  // For whoever answers. When the last copy goes without an answer, so do the readers, as with any
  // exchange; what was answered is kept.
  static std::shared_ptr<net::HttpExchange> handle(std::shared_ptr<RecordedExchange> recorder);

  // Answers it as the first one was, and is being. False: the answer is none to be given again.
  bool join(const Call& call);
  // Whether join() could ever be true (again).
  bool is_worth_keeping() const;
  // Says whoever answers, before it does: who comes again is to be answered anew. Those who have
  // joined are told what comes.
  void keep_not();
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
  struct Reader {
    std::shared_ptr<net::HttpExchange> exchange;
    net::HttpHeaders headers;  // Of its call.
  };

  static Reader reader_of(const Call& call) { return {call.exchange, call.headers}; }
  bool can_be_told() const;
  void begin_answer(int status, net::HttpHeaders headers);
  net::HttpHeaders headers_for(const Reader& reader) const;
  void drop();

  std::shared_ptr<net::HttpExchange> first_;  // Null: dropped.
  const net::HttpHeaders own_headers_;        // Of the first call.
  mutable std::mutex mutex_;
  std::vector<Reader> readers_;
  int status_ = 0;            // 0: not begun.
  net::HttpHeaders headers_;  // Of the answer, without those of any call.
  std::string body_;
  bool streams_ = false, over_ = false;
  bool broken_ = false;       // It was dropped, or ended in an error.
  bool is_for_once_ = false;  // keep_not() was called.
};

}  // namespace byeol::server
