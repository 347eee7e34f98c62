#include "server/generation.h"

#include <algorithm>
#include <utility>

#include "server/turn_end.h"
#include "wire/sse.h"

namespace byeol::server {
namespace {

using std::chrono::steady_clock;

// What a reader may lag behind before its turns wait, and where they go on.
constexpr std::size_t kPauseBytes = 256 * 1024;
constexpr std::size_t kResumeBytes = 32 * 1024;
constexpr std::chrono::seconds kKeepAlive{15};

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             steady_clock::now().time_since_epoch())
      .count();
}

bool is_whole(runtime::FinishReason reason) {
  return reason == runtime::FinishReason::kStop || reason == runtime::FinishReason::kLength;
}

}  // namespace

class Generation::ChoiceListener : public runtime::TurnListener {
 public:
  ChoiceListener(std::shared_ptr<Generation> generation, int choice)
      : generation_(std::move(generation)), choice_(choice) {}

  void on_admitted() override { generation_->choice_admitted(); }
  void on_token(const runtime::TokenEvent& event) override {
    generation_->choice_token(choice_, event);
  }
  void on_end(const runtime::TurnEnd& end) override { generation_->choice_ended(choice_, end); }

 private:
  std::shared_ptr<Generation> generation_;
  int choice_;
};

Generation::Generation(Context& context, Call call, std::string endpoint)
    : context_(context), call_(std::move(call)), endpoint_(std::move(endpoint)) {}

bool Generation::enter() {
  const auto cancel = [weak = weak_from_this()] {
    if (const auto generation = weak.lock()) generation->cancel_all();
  };
  entered_ = context_.under_way.enter(this, cancel);
  // Answered here: what refused() may want to post, nobody would wait for.
  if (!entered_) respond_error(call_, stopping_error());
  return entered_;
}

void Generation::start(std::vector<runtime::Turn> turns) {
  if (!entered_ && !enter()) return;
  std::vector<runtime::Runtime::Submission> submissions;
  for (runtime::Turn& turn : turns) {
    turn.arrived = call_.request().arrived;
    turn.tenant = call_.tenant;
    if (!context_.options.speculates) turn.speculation = runtime::Speculation::kNone;
    const int choice = static_cast<int>(submissions.size());
    logged_.push_back(to_log(context_, call_, endpoint_, choice, turn));
    submissions.push_back(
        {std::move(turn), std::make_shared<ChoiceListener>(shared_from_this(), choice)});
  }
  last_token_.resize(logged_.size());
  Result<std::vector<runtime::TurnId>> ids = context_.runtime.submit(std::move(submissions));
  if (!ids) {
    for (const LoggedTurn& logged : logged_) record_unsubmitted(context_, logged, ids.error());
    return refused(submit_error(ids.error()), submit_retry_ms(ids.error()));
  }
  {
    const std::lock_guard lock(mutex_);
    turns_ = *std::move(ids);
    // The runtime's thread may have been faster: one is refused already, or the reader lags behind.
    for (const runtime::TurnId turn : turns_) {
      if (cancelled_) context_.runtime.cancel(turn);
      if (paused_) context_.runtime.pause(turn);
    }
  }
  watch_client();
}

void Generation::watch_client() {
  call_.exchange->on_hang_up([weak = weak_from_this()] {
    const auto generation = weak.lock();
    if (!generation || !generation->ends_with_client()) return;
    generation->cancel_all();
  });
}

void Generation::cancel_all() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (const runtime::TurnId turn : turns_) context_.runtime.cancel(turn);
}

void Generation::refused(const wire::ApiError& error, double retry_after_ms) {
  if (error.status == 408) return respond_error(call_, error, {{"x-should-retry", "false"}});
  respond_refused(call_, error, retry_after_ms);
}

void Generation::choice_admitted() {
  if (++admitted_ == choices()) {
    admitted();
    keep_open();
  }
}

// A comment now and then, while nothing else is sent: proxies close quiet connections. (Where the
// answer is no stream, the exchange ignores it.)
void Generation::keep_open() {
  last_sent_ms_ = now_ms();
  context_.ticker.add(kKeepAlive, [weak = weak_from_this()] {
    const auto generation = weak.lock();
    if (!generation || generation->over_) return false;
    if (now_ms() - generation->last_sent_ms_ < 1000 * kKeepAlive.count()) return true;
    std::string comment;
    wire::append_comment(comment, "keep-alive");
    generation->call_.exchange->write(std::move(comment));
    return true;
  });
}

void Generation::send(std::string bytes) {
  last_sent_ms_ = now_ms();
  call_.exchange->write(std::move(bytes));
  lags_behind(call_.exchange->pending_bytes());
}

void Generation::lags_behind(std::size_t bytes) {
  if (bytes < kPauseBytes) return;
  {
    const std::lock_guard lock(mutex_);
    if (paused_) return;
    paused_ = true;
    for (const runtime::TurnId turn : turns_) context_.runtime.pause(turn);
  }
  call_.exchange->on_drained(kResumeBytes, [weak = weak_from_this()] {
    const auto generation = weak.lock();
    if (!generation) return;
    const std::lock_guard lock(generation->mutex_);
    generation->paused_ = false;
    for (const runtime::TurnId turn : generation->turns_) generation->context_.runtime.resume(turn);
  });
}

void Generation::choice_token(int choice, const runtime::TokenEvent& event) {
  const auto now = steady_clock::now();
  auto& last = last_token_[static_cast<std::size_t>(choice)];
  if (last != steady_clock::time_point{})
    context_.metrics.gap(std::chrono::duration<double>(now - last).count());
  last = now;
  token(choice, event);
}

std::optional<wire::DeadlineReport> Generation::report_of(const runtime::TurnEnd& end) const {
  if (logged_.empty()) return {};
  return server::report_of(logged_.front(), end);
}

void Generation::choice_ended(int choice, const runtime::TurnEnd& end) {
  const LoggedTurn& logged = logged_[static_cast<std::size_t>(choice)];
  record(context_, logged, end);
  if (end.reason == runtime::FinishReason::kRefused) {
    if (!refused_) cancel_all();
    refused_ = true;
    retry_after_ms_ = std::max(retry_after_ms_, end.retry_after_ms);
    if (!error_ || error_->status == 503) error_ = error_of(end);
  } else if (!is_whole(end.reason)) {
    if (!error_) error_ = error_of(end);
  }
  usage_.completion_tokens += end.timings.generated_tokens;
  if (const auto report = report_of(end); report && (!worst_ || worst_->met)) worst_ = report;
  if (!refused_) ended(choice, end);
  if (++ended_ < choices()) return;
  over_ = true;
  if (admitted_ == choices()) return all_ended(error_);
  if (error_) refused(*error_, retry_after_ms_);
}

}  // namespace byeol::server
