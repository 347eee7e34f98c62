// Runs turns: owns the engine, its threads, and the thread that drives it. Several turns run at
// once; each step of the engine mixes parts of prompts with the next tokens of the answers.
//
// Order: first come, first served (fifo_plan.h; the scheduler with deadlines will plan there). A
// turn is let in when the KV cache has room for its prompt and its longest answer, so it never
// stops for want of memory; kept prefixes (prefix_store.h) make room first.
//
// Speculation: where few turns only decode, a turn's entry may carry a draft behind its newest
// token (speculator.h). Row by row, the sampler chooses what it would have chosen without the
// draft; the draft's tokens stay in the cache as far as they are what was chosen, the rest is cut
// off.
//
// Threads: submit() and cancel() from any thread. Listeners are called from the runtime's thread.
// The destructor ends running turns as cancelled and joins. Promise: the tokens of a turn depend on
// its prompt and options alone (design, part 3).
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/engine.h"
#include "engine/sampler.h"
#include "runtime/answer.h"
#include "runtime/prefix_store.h"
#include "runtime/speculator.h"
#include "runtime/step_costs.h"
#include "runtime/turn.h"

namespace byeol::runtime {

struct RuntimeOptions {
  int threads = 0;  // 0: the cores that this process may use (base/cpu.h).
  // The longest prompt plus answer, at most what the model was made for; 0: that, at most 8192.
  std::int32_t context_tokens = 0;
  engine::EngineOptions engine;  // kv_tokens 0: one turn of that length at a time.
  std::size_t kept_prefixes_max = 8;
  // Asked from several threads. What it says shows in timings and decides how much is drafted,
  // never what is answered.
  std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
};

class Runtime {
 public:
  // Loads the model with the threads that will run it.
  static Result<std::unique_ptr<Runtime>> load(const std::string& model_path,
                                               const RuntimeOptions& options);
  ~Runtime();

  const model::Model& model() const { return engine_->model(); }
  // The longest prompt plus answer: what was asked for, the model's context or the cache, whichever
  // is smallest.
  std::int32_t context_tokens() const { return context_tokens_; }
  int threads() const { return pool_->threads(); }
  const char* isa() const { return engine_->isa(); }

  // kInvalidArgument with a sentence for a turn that can never run (an empty or too long prompt,
  // options out of range); the listener then hears nothing.
  Result<TurnId> submit(Turn turn, std::shared_ptr<TurnListener> listener);
  // Its listener hears kCancelled after the step under way at the latest, unless it ended before.
  void cancel(TurnId turn);

 private:
  struct Waiting {
    TurnId id;
    std::unique_ptr<Answer> answer;
    engine::SamplingOptions sampling;
    std::shared_ptr<TurnListener> listener;
    std::unique_ptr<Speculator> speculator;  // Null: this turn does not speculate.
  };
  struct Running {
    Waiting turn;
    engine::SequenceId sequence;
    std::int32_t computed;     // Of the answer's tokens: in the cache.
    std::int32_t drafted = 0;  // Tokens behind them in the step under way.
    bool ended = false;
  };

  Runtime(std::unique_ptr<ThreadPool> pool, std::unique_ptr<engine::Engine> engine,
          std::int32_t context_tokens, const RuntimeOptions& options);

  Status check(const Turn& turn) const;
  void work();
  bool take_messages();
  void admit_waiting();
  bool has_room_for(const Waiting& turn, std::int32_t reused);
  void step();
  void build_step();
  void plan_drafts();
  void take_results();
  void take_tokens(Running& running, std::size_t entry, std::chrono::steady_clock::time_point now);
  void fail_step(const Error& error);
  void end(Running& running, FinishReason reason, std::string error);
  void keep(engine::SequenceId sequence);
  void remove_ended();

  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<engine::Engine> engine_;
  std::int32_t context_tokens_;
  std::function<std::chrono::steady_clock::time_point()> clock_;

  // Shared with the callers.
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Waiting> inbox_;
  std::vector<TurnId> cancelled_;
  std::uint64_t next_id_ = 1;
  bool stop_ = false;

  // The runtime's thread alone.
  PrefixStore prefixes_;
  engine::Sampler sampler_;
  std::deque<Waiting> waiting_;
  std::vector<Running> running_;  // In order of arrival.
  std::vector<TurnId> cancelling_;
  std::vector<std::int32_t> pending_;
  std::vector<std::int32_t> planned_;
  std::vector<engine::StepEntry> entries_;
  StepCosts costs_;
  StepForecast forecast_;  // Of the step under way; 0 rows where it does not only decode.

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace byeol::runtime
