// Runs turns: owns the engine, its threads, and the thread that drives it. The scheduler
// (scheduler/scheduler.h) decides who is let in and what each step computes; this turns its plans
// into steps of the engine and the engine's logits into answers.
//
// Prefixes: what a turn computed is remembered (engine/prefix_tree.h), its prompt while it is being
// computed and the whole at its end. A turn that begins like one whose prompt is just being
// computed waits for that instead of computing the same (prefix_wait.cc).
//
// Speculation: where few turns only decode, a turn's entry may carry a draft behind its newest
// token (speculator.h). Row by row, the sampler chooses what it would have chosen without the
// draft; the draft's tokens stay in the cache as far as they are what was chosen, the rest is cut
// off.
//
// Threads: all public functions from any thread. Listeners are called from the runtime's thread.
// The destructor ends running turns as cancelled and joins. Promise: the tokens of a turn depend on
// its prompt and options alone (design, part 3); a deadline may end it earlier, no more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/side_thread.h"
#include "base/thread_pool.h"
#include "engine/engine.h"
#include "engine/sampler.h"
#include "runtime/answer.h"
#include "runtime/answer_memory.h"
#include "runtime/embedding.h"
#include "runtime/prompt_encoder.h"
#include "runtime/runtime_state.h"
#include "runtime/speculator.h"
#include "runtime/step_costs.h"
#include "runtime/turn.h"
#include "scheduler/scheduler.h"

namespace byeol::runtime {

struct RuntimeOptions {
  int threads = 0;  // 0: the cores that this process may use (base/cpu.h).
  // The longest prompt plus answer, at most what the model was made for; 0: that, at most 8192.
  std::int32_t context_tokens = 0;
  engine::EngineOptions engine;  // kv_tokens 0: room for so many turns of that length:
  std::int32_t contexts = 1;
  std::int32_t turns_max = 256;  // Live at once, waiting ones included.
  // So long a newcomer waits, and a stream beside a long prompt; 0: as fits the model, 40 to 150
  // ms.
  std::chrono::milliseconds step_max{0};
  // Runs steps for some seconds before the first turn, so that the first promises are good, too.
  bool calibrate = false;
  // Asked from several threads. What it says shows in timings and decides how much is computed at
  // once, never what is answered.
  std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
  // Hears of each step, from the runtime's thread.
  std::function<void(const StepReport&)> on_step;
  // Calls `results` once, on the runtime's thread: in it, listeners hear of the tokens that a step
  // gave and of the ends that these made, and a server sends that off together. That a turn is let
  // in or refused, cancelled, ended by its deadline or failed is heard outside of it, as it comes;
  // so is all, where this is null.
  std::function<void(const std::function<void()>& results)> hand_out;
};

class Runtime {
 public:
  // Loads the model with the threads that will run it.
  static Result<std::unique_ptr<Runtime>> load(const std::string& model_path,
                                               const RuntimeOptions& options);
  ~Runtime();

  const model::Model& model() const { return engine_->model(); }
  std::int64_t parameters() const;
  // Of its model; lives no longer than the runtime.
  Result<PromptEncoder> make_encoder() const { return PromptEncoder::create(model()); }
  // The longest prompt plus answer: what was asked for, the model's context or the cache, whichever
  // is smallest.
  std::int32_t context_tokens() const { return context_tokens_; }
  // The longest answer that it gets: what it asks for, as far as the context has room.
  std::int32_t longest_answer(const Turn& turn) const;
  int threads() const { return pool_->threads(); }
  const char* isa() const { return engine_->isa(); }

  // kInvalidArgument with a sentence for a turn that can never run (an empty or too long prompt,
  // options out of range), kOverloaded where as many as may run came since the last step alone; the
  // listener then hears nothing.
  Result<TurnId> submit(Turn turn, std::shared_ptr<TurnListener> listener);
  // The same for turns that belong together: all of them are looked at before the next step, so
  // that nobody hears a token before the last one was let in or refused. Nothing is submitted where
  // one of them can never run.
  struct Submission {
    Turn turn;
    std::shared_ptr<TurnListener> listener;
  };
  Result<std::vector<TurnId>> submit(std::vector<Submission> turns);
  // Its listener hears kCancelled after the step under way at the latest, unless it ended before.
  void cancel(TurnId turn);
  // Its reader lags behind: nothing is computed for it until it is resumed.
  void pause(TurnId turn);
  void resume(TurnId turn);

  RuntimeState state() const;

  // Writes what is remembered into a file of this folder, for a runtime to come, and reads it back,
  // as far as there is room: the number of its tokens, 0 where there is no file. For the end and
  // the beginning of a server, as steps wait meanwhile; never from a listener. Errors: kIo,
  // kCorrupt for a damaged file, kUnsupported for one of another model or cache; nothing has
  // changed then.
  Status save_prefixes(const std::string& folder);
  Result<std::int64_t> load_prefixes(const std::string& folder);

 private:
  struct Rating {
    std::vector<std::vector<TokenId>> continuations;
    std::vector<double> scores;  // Of the tokens that were rated so far.
    bool rates_rest = false;     // The first ones were.
    std::size_t next = 0;        // The continuations before it are done.
  };
  // A constrained turn's draft: what the step computes of it, and what may follow the last certain
  // token and each drafted one.
  struct Ahead {
    std::vector<TokenId> tokens;
    std::vector<std::shared_ptr<const constrain::Mask>> masks;
    std::vector<model::LogitsWanted> wanted;
  };
  struct Live {
    TurnId id;
    std::string name;
    std::unique_ptr<Answer> answer;
    engine::SamplingOptions sampling;
    std::shared_ptr<TurnListener> listener;
    std::unique_ptr<Speculator> speculator;  // Null: this turn does not speculate.
    std::unique_ptr<MeanState> mean;         // Null: it wants an answer, not an embedding.
    std::unique_ptr<Rating> rating;          // Null: it does not want scores.
    std::optional<constrain::Constraint> constraint;
    std::shared_ptr<AnswerMemory> memory;  // Of its form; null: it does not speculate, or is free.
    // Of its next token. Null: anything, or under a constraint: not known yet (make_masks), or
    // nothing but the end.
    std::shared_ptr<const constrain::Mask> allowed;
    bool forced_at_once = true, closes = false;  // closes: by the shortest way.
    scheduler::TurnSpec spec;
    engine::SequenceId sequence{};  // Once begun: until then it takes no pages from others.
    std::int32_t computed = 0;      // Of the answer's tokens: in the cache, or remembered.
    std::int32_t drafted = 0;       // Tokens behind them in the step under way.
    Ahead ahead;                    // In it, of a constrained turn.
    bool begun = false;             // Something was computed for it.
    bool paused = false, waits_for_prefix = false;
    bool ended = false;

    std::int32_t pending() const {
      return static_cast<std::int32_t>(answer->tokens().size()) - computed;
    }
    // What may be remembered of its prompt: the last token is computed in any case, because its
    // logits are wanted; for a mean, all are.
    std::span<const TokenId> reusable() const {
      const auto prompt = static_cast<std::size_t>(answer->prompt_tokens());
      return std::span(answer->tokens()).first(mean ? 0 : prompt - 1);
    }
    bool in_prefill() const { return computed < answer->prompt_tokens(); }
  };
  enum class Wish { kCancel, kPause, kResume };
  struct Message {
    TurnId turn;
    Wish wish;
  };
  using Time = std::chrono::steady_clock::time_point;

  Runtime(std::unique_ptr<ThreadPool> pool, std::unique_ptr<engine::Engine> engine,
          std::int32_t context_tokens, const RuntimeOptions& options,
          const scheduler::CostModel& cost);

  // runtime.cc: what comes from outside.
  Status check(const Turn& turn) const;
  Status check_continuations(const Turn& turn) const;
  Live make_live(Submission submission, Time now);
  void send(TurnId turn, Wish wish);
  scheduler::TimeUs since_start(Time time) const;
  bool has_room(std::size_t turns) const;
  void work();
  bool take_messages();
  void heed(const Message& message);
  void admit(Live turn);
  Live* find(TurnId turn);
  void end(Live& turn, FinishReason reason, std::string error);
  void end_early(Live& turn);
  void close(Live& turn, bool remembers);
  void remove_ended();
  void publish();
  // prefix_wait.cc: who begins like whom.
  void share_prefixes();
  void begin(Live& turn);
  bool is_computing_prefix_of(const Live& leader, const Live& turn) const;
  // prefix_snapshot.cc: between two runs of the program.
  template <typename Outcome>
  Outcome run_between_steps(std::function<Outcome()> errand);
  // runtime_steps.cc: a step.
  bool step();
  void heed_endings(const scheduler::Plan& plan);
  void build_step(const scheduler::Plan& plan);
  void add_foreseen(const scheduler::Plan& plan);
  void plan_drafts(std::int32_t rows_to_spare);
  void add_entry(Live& turn, std::int32_t rows);
  void take_results();
  void take_tokens(Live& turn, std::size_t entry, Time now);
  void count_draft(Live& turn, std::int32_t accepted);
  void take_states(Live& turn, std::size_t entry, std::int32_t rows, Time now);
  void fail_step(const Error& error);
  // runtime_scores.cc: continuations that are rated instead of chosen.
  void rate_first(Live& turn, std::size_t entry);
  bool rate_rest();
  Status rate_some(Live& turn);
  void add_scores(Live& turn, const std::vector<std::size_t>& rated);
  // runtime_constraint.cc, constrained_draft.cc: answers that may not be anything.
  static void foresee_forced(Live& turn);
  void make_masks();
  void settle_masks();
  std::int32_t rows_of(const Live& turn, std::int32_t planned, std::int32_t room) const;
  void confine_draft(Live& turn) const;
  void look_ahead(Live& turn, std::span<const TokenId> certain) const;
  void take_constrained(Live& turn, std::size_t entry, Time now);
  std::optional<FinishReason> tell_foreseen(Live& turn, Time now);
  std::optional<FinishReason> take_chosen(Live& turn, std::size_t entry, std::int32_t row,
                                          Time now);
  static std::shared_ptr<const constrain::Mask> allowed_of(const Live& turn,
                                                           constrain::Constraint& constraint,
                                                           std::int32_t tokens_ahead);
  void close_early(Live& turn);
  Result<engine::Sampled> choose_constrained(Live& turn, std::size_t entry, std::int32_t row);
  static std::int32_t tokens_left(Live& turn);
  std::optional<FinishReason> take_forced(Live& turn, Time now);
  std::optional<FinishReason> tell(Live& turn, const engine::Sampled& sampled, Time now);
  std::int32_t rows_come_true(const Live& turn, std::int32_t row, std::size_t told) const;
  static void remember_answer(const Live& turn);
  // runtime_sampling.cc: from logits to tokens.
  void sample_together();
  Result<engine::Sampled> choose(const Live& turn, std::size_t entry, std::int32_t row,
                                 engine::Sampler& sampler) const;

  StepCosts& costs_of_step();
  bool looks_alike() const;

  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<engine::Engine> engine_;
  std::int32_t context_tokens_;
  std::function<Time()> clock_;
  std::function<void(const StepReport&)> on_step_;
  std::function<void(const std::function<void()>&)> hand_out_;
  Time start_;

  // Shared with the callers.
  AnswerMemories answer_memories_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Live> inbox_;
  std::vector<Message> messages_;
  std::vector<std::function<void()>> errands_;
  std::uint64_t next_id_ = 1;
  bool stop_ = false;
  mutable std::mutex state_mutex_;
  RuntimeState state_;

  // The runtime's thread alone.
  scheduler::Scheduler scheduler_;
  std::vector<engine::Sampler> samplers_;  // One per thread of the pool.
  std::vector<Live> live_;                 // In order of arrival, so by ascending id.
  std::vector<Live> arriving_;
  std::vector<Message> heeding_;
  std::vector<std::function<void()>> running_errands_;
  bool is_idle_ = true;              // The last plan was empty.
  bool turns_changed_ = false;       // Since share_prefixes().
  std::uint64_t prefixes_seen_ = 0;  // The tree's version then.
  struct Planned {
    std::size_t turn;  // Place in live_.
    std::int32_t rows;
  };
  std::vector<Planned> planned_;
  std::vector<engine::StepEntry> entries_;
  std::vector<std::size_t> awaiting_mask_;  // Places in entries_: of turns that wait for a mask.
  std::vector<std::size_t> together_;       // Places in planned_.
  std::vector<std::optional<Result<engine::Sampled>>> sampled_;  // Of each entry, once chosen.
  // Of steps that look at the whole head, and of those that look at few of its rows only: with a
  // large vocabulary, the head is most of a step.
  StepCosts whole_costs_, few_costs_;
  StepForecast forecast_;  // Of the step under way; 0 rows where it does not only decode.
  RuntimeCounters counters_;
  StepReport last_step_;
  Time published_;

  SideThread side_;     // Makes masks while a step runs.
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace byeol::runtime
