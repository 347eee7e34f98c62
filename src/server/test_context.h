// What endpoints and generations share, over a tiny model and without a network.
//
// Threads: as Context.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "runtime/tiny_runtime.h"
#include "server/context.h"
#include "server/test_support.h"

namespace byeol::server::testing {

// Lets the runtime's thread make its steps, or holds it between two of them.
class Gate {
 public:
  void close() { set(false); }
  void open() { set(true); }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  void set(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
};

struct TinyOptions {
  int turns_max = 256;
  std::int32_t kv_tokens = 16 * 288;  // Sixteen contexts.
  std::function<void()> on_step = {};
  std::string model = "smollm2";
};

inline std::unique_ptr<runtime::Runtime> make_runtime(const TinyOptions& tiny,
                                                      Metrics* metrics = nullptr) {
  runtime::RuntimeOptions options;
  options.threads = 1;
  options.turns_max = tiny.turns_max;
  options.engine.kv_tokens = tiny.kv_tokens;
  options.on_step = [metrics, on_step = tiny.on_step](const runtime::StepReport& step) {
    if (metrics != nullptr) metrics->step(step);
    if (on_step) on_step();
  };
  auto runtime = runtime::Runtime::load(runtime::tiny_model_path(tiny.model), options);
  if (!runtime) ADD_FAILURE() << runtime.error().message;
  return *std::move(runtime);
}

class TestContext {
 public:
  explicit TestContext(const TinyOptions& tiny = {}, const std::string& log_path = {})
      : runtime_(make_runtime(tiny)),
        encoder_(*runtime_->make_encoder()),
        constraints_(runtime_->model().tokenizer()),
        request_log_(*RequestLog::open(log_path)),
        responses_(*store::ResponseStore::open(":memory:")),
        context_{.options = options_,
                 .runtime = *runtime_,
                 .encoder = encoder_,
                 .family = wire::AnswerFamily::kPlain,
                 .card = {.id = "tiny", .max_model_len = runtime_->context_tokens()},
                 .constraints = constraints_,
                 .metrics = metrics_,
                 .request_log = *request_log_,
                 .responses = responses_,
                 .live = live_,
                 .ticker = ticker_,
                 .under_way = under_way_,
                 .post = [](const std::function<void()>& call) { call(); },
                 .connections = [] { return std::size_t{0}; }} {}
  ~TestContext() {
    under_way_.stop();
    ticker_.stop();
  }

  Context& get() { return context_; }
  runtime::Runtime& runtime() { return *runtime_; }
  Metrics& metrics() { return metrics_; }
  UnderWay& under_way() { return under_way_; }
  ServerOptions& options() { return options_; }

 private:
  ServerOptions options_;
  Metrics metrics_{"tiny"};
  std::unique_ptr<runtime::Runtime> runtime_;
  runtime::PromptEncoder encoder_;
  runtime::ConstraintCache constraints_;
  std::unique_ptr<RequestLog> request_log_;
  store::ResponseStore responses_;
  LiveResponses live_;
  Ticker ticker_;
  UnderWay under_way_;
  Context context_;
};

}  // namespace byeol::server::testing
