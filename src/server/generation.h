// One request that generates text: its turns in the runtime (one for each choice) and what becomes
// of them on the way to the client. The endpoints derive from it and write their own JSON.
//
// Life: start() → refused(), or admitted() → token()s, and ended() for each choice → all_ended().
// A client that hangs up cancels the turns. One that reads slowly pauses them: what is computed for
// nobody would only fill memory.
//
// Threads: start() on a worker; refused() there or on the runtime's thread; ends_with_client() on
// the network's; the other virtual functions on the runtime's thread, so what a derived class
// changes in those needs no lock.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/call.h"
#include "server/context.h"
#include "wire/deadline_report.h"
#include "wire/usage.h"

namespace byeol::server {

class Generation : public std::enable_shared_from_this<Generation> {
 public:
  Generation(Context& context, Call call, std::string endpoint);
  virtual ~Generation() { context_.under_way.leave(this); }
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // Submits the turns, or answers: 503 where the server is stopped; by refused(), 400 where a turn
  // can never run and 503 where as many wait as may.
  void start(std::vector<runtime::Turn> turns);

 protected:
  // Has the server wait for this; start() does it where nobody did before. False: the server is
  // stopped, and the call has been answered so. Whatever a request leaves behind, it leaves after.
  bool enter();
  virtual void admitted() = 0;
  virtual void token(int choice, const runtime::TokenEvent& event) = 0;
  virtual void ended(int choice, const runtime::TurnEnd& end) = 0;
  // Where a turn failed or was stopped, `error` says so: an answer that was begun ends with it.
  virtual void all_ended(const std::optional<wire::ApiError>& error) = 0;
  // The request was refused whole; the default answers it.
  virtual void refused(const wire::ApiError& error, double retry_after_ms);

  Context& context() { return context_; }
  const Call& call() const { return call_; }
  int choices() const { return static_cast<int>(logged_.size()); }
  // Sends bytes of a stream; where the reader lags behind, the turns wait for it.
  void send(std::string bytes);
  // So many bytes have been sent and not taken: beyond a limit the turns wait.
  void lags_behind(std::size_t bytes);
  // Of what ended so far.
  const wire::CompletionUsage& usage() const { return usage_; }
  wire::CompletionUsage& usage() { return usage_; }
  // Nothing where the request had no deadline of its own.
  std::optional<wire::DeadlineReport> report_of(const runtime::TurnEnd& end) const;
  // Of all choices: the worst.
  const std::optional<wire::DeadlineReport>& worst_report() const { return worst_; }
  // Whether a hang-up cancels. A stored response goes on without its listener.
  virtual bool ends_with_client() const { return true; }
  void cancel_all();

 private:
  class ChoiceListener;

  void choice_admitted();
  void choice_token(int choice, const runtime::TokenEvent& event);
  void choice_ended(int choice, const runtime::TurnEnd& end);
  void watch_client();
  void keep_open();

  Context& context_;
  Call call_;
  std::string endpoint_;
  std::vector<LoggedTurn> logged_;
  std::vector<std::chrono::steady_clock::time_point> last_token_;
  int admitted_ = 0, ended_ = 0;
  bool entered_ = false, refused_ = false;
  double retry_after_ms_ = 0;
  std::optional<wire::ApiError> error_;
  wire::CompletionUsage usage_;
  std::optional<wire::DeadlineReport> worst_;

  std::mutex mutex_;  // Of what follows.
  std::vector<runtime::TurnId> turns_;
  bool paused_ = false, cancelled_ = false;
  std::atomic<bool> over_ = false;
  std::atomic<std::int64_t> last_sent_ms_ = 0;
};

}  // namespace byeol::server
