#include "runtime/runtime.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/cpu.h"
#include "runtime/calibration.h"

namespace byeol::runtime {
namespace {

constexpr std::int32_t kContextDefault = 8192;  // Longer ones cost memory that few need.
constexpr std::chrono::milliseconds kPublishEvery{50};
constexpr std::chrono::milliseconds kLookAgain{20};  // Where all that live are held.

// Each step reads all weights: that may take an eighth of it.
scheduler::TimeUs step_max_us(std::chrono::milliseconds asked, const scheduler::CostModel& cost) {
  if (asked.count() > 0) return std::chrono::microseconds(asked).count();
  const double pass_us = cost.predict_us({.decodes = 1});
  return static_cast<scheduler::TimeUs>(std::clamp(8 * pass_us, 32'000.0, 150'000.0));
}

constexpr const char* kManyCame = "as many requests are running or waiting as this server takes";

std::string refusal(const scheduler::Admission& admission) {
  switch (admission.verdict) {
    case scheduler::Verdict::kFull:
      return kManyCame;
    case scheduler::Verdict::kImpossible:
      return "the deadline cannot be met, even if nothing else were running; allow more time or "
             "ask for less";
    default:
      return "the deadline cannot be met beside what is promised already";
  }
}

}  // namespace

Result<std::unique_ptr<Runtime>> Runtime::load(const std::string& model_path,
                                               const RuntimeOptions& options) {
  const int threads = options.threads > 0 ? options.threads : read_cpu_info().usable_cores;
  auto pool = std::make_unique<ThreadPool>(threads);
  BYEOL_TRY(auto model, model::Model::load(model_path, *pool));
  const std::int32_t wanted = options.context_tokens > 0 ? options.context_tokens : kContextDefault;
  const std::int32_t context = std::min(wanted, model->config().context);
  engine::EngineOptions sized = options.engine;
  // One page each for the copy that a shared beginning may ask for.
  if (sized.kv_tokens <= 0)
    sized.kv_tokens = options.contexts * (context + engine::Engine::kPageTokens);
  sized.step_rows_max = std::max(sized.step_rows_max, options.turns_max);
  BYEOL_TRY(auto engine, engine::Engine::create(std::move(model), *pool, sized));
  scheduler::CostModel cost(guess_step_cost(engine->model()));
  if (options.calibrate) calibrate(*engine, options.clock, cost);
  return std::unique_ptr<Runtime>(
      new Runtime(std::move(pool), std::move(engine), context, options, cost));
}

Runtime::Runtime(std::unique_ptr<ThreadPool> pool, std::unique_ptr<engine::Engine> engine,
                 std::int32_t context_tokens, const RuntimeOptions& options,
                 const scheduler::CostModel& cost)
    : pool_(std::move(pool)),
      engine_(std::move(engine)),
      context_tokens_(
          std::min(context_tokens, engine_->capacity_tokens() - engine::Engine::kPageTokens)),
      clock_(options.clock),
      on_step_(options.on_step),
      hand_out_(options.hand_out),
      start_(clock_()),
      scheduler_({.turns_max = options.turns_max,
                  .step_rows_max = engine_->step_rows_max(),
                  .kv_tokens = engine_->capacity_tokens(),
                  .page_tokens = engine::Engine::kPageTokens,
                  .step_max_us = step_max_us(options.step_max, cost)},
                 cost),
      samplers_(static_cast<std::size_t>(pool_->threads())) {
  publish();
  thread_ = silent_thread([this] { work(); });
}

Runtime::~Runtime() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::int64_t Runtime::parameters() const {
  std::int64_t count = 0;
  for (const formats::Tensor& tensor : model().file().tensors())
    count += tensor.rows() * tensor.sizes.front();
  return count;
}

Status Runtime::check(const Turn& turn) const {
  const auto invalid = [](std::string message) {
    return Error{ErrorCode::kInvalidArgument, std::move(message)};
  };
  if (turn.prompt.empty()) return invalid("the prompt is empty");
  if (turn.prompt.size() >= static_cast<std::size_t>(context_tokens_))
    return invalid("the prompt has " + std::to_string(turn.prompt.size()) +
                   " tokens; with room for an answer, at most " +
                   std::to_string(context_tokens_ - 1) + " fit into the context");
  const std::int32_t vocabulary = model().config().vocabulary;
  for (const TokenId token : turn.prompt)
    if (token < 0 || token >= vocabulary)
      return invalid("the prompt holds the token " + std::to_string(token) +
                     "; the vocabulary ends at " + std::to_string(vocabulary - 1));
  if (turn.max_tokens < 0)
    return invalid("max_tokens is " + std::to_string(turn.max_tokens) +
                   "; expected 0 (no limit but the context) or more");
  if (turn.output == Output::kScores) BYEOL_TRY_OK(check_continuations(turn));
  return engine::check(turn.sampling);
}

Status Runtime::check_continuations(const Turn& turn) const {
  const auto invalid = [](std::size_t index, const std::string& what) {
    return Error{ErrorCode::kInvalidArgument,
                 "continuation " + std::to_string(index).append(" ").append(what)};
  };
  const std::size_t room = std::min(static_cast<std::size_t>(engine_->step_rows_max()),
                                    static_cast<std::size_t>(context_tokens_) - turn.prompt.size());
  const std::int32_t vocabulary = model().config().vocabulary;
  constexpr std::size_t kTokensMax = 8192;
  std::size_t total = 0;
  for (const std::vector<TokenId>& tokens : turn.continuations) total += tokens.size();
  if (total > kTokensMax)
    return Error{ErrorCode::kInvalidArgument, "the continuations have " + std::to_string(total) +
                                                  " tokens together; expected at most " +
                                                  std::to_string(kTokensMax)};
  for (std::size_t i = 0; i < turn.continuations.size(); ++i) {
    const std::vector<TokenId>& tokens = turn.continuations[i];
    if (tokens.empty()) return invalid(i, "is empty");
    if (tokens.size() > room)
      return invalid(i, "has " + std::to_string(tokens.size()) + " tokens; expected at most " +
                            std::to_string(room));
    if (std::ranges::any_of(tokens,
                            [&](TokenId token) { return token < 0 || token >= vocabulary; }))
      return invalid(i, "holds a token that the vocabulary lacks");
  }
  return ok();
}

std::int32_t Runtime::longest_answer(const Turn& turn) const {
  const auto prompt = static_cast<std::int64_t>(turn.prompt.size());
  const auto room = static_cast<std::int32_t>(std::max<std::int64_t>(context_tokens_ - prompt, 0));
  // To the scheduler an embedding, and scores, are an answer of one token.
  const std::int32_t wanted = turn.output == Output::kAnswer ? turn.max_tokens : 1;
  return wanted <= 0 ? room : std::min(wanted, room);
}

Runtime::Live Runtime::make_live(Submission submission, Time now) {
  Turn& turn = submission.turn;
  const auto prompt_tokens = static_cast<std::int32_t>(turn.prompt.size());
  const bool answers = turn.output == Output::kAnswer;
  const bool speculates = answers && turn.speculation == Speculation::kLookup;
  const std::int32_t max_tokens = longest_answer(turn);
  if (turn.arrived == Time{}) turn.arrived = now;
  Live live;
  live.answer = std::make_unique<Answer>(model().tokenizer(), turn, max_tokens, now);
  live.sampling = std::move(turn.sampling);
  if (turn.output == Output::kEmbedding)
    live.mean = std::make_unique<MeanState>(model().config().width);
  if (turn.output == Output::kScores) {
    live.rating = std::make_unique<Rating>();
    live.rating->continuations = std::move(turn.continuations);
  }
  if (answers && turn.constraint) {
    live.constraint.emplace(turn.constraint);
    live.forced_at_once = turn.forced_at_once;
    foresee_forced(live);
    if (live.forced_at_once && speculates)
      live.memory = answer_memories_.of(turn.constraint, turn.tenant);
  }
  if (live.memory || (speculates && !live.constraint))
    live.speculator = std::make_unique<Speculator>(
        model().tokenizer(), turn.prompt, live.answer->tokens_max(),
        live.memory ? live.memory->content() : AnswerMemory::Content{});
  live.name = std::move(turn.name);
  live.listener = std::move(submission.listener);
  live.spec = {.id = {},
               .turn_class = turn.turn_class,
               .tenant = turn.tenant,
               .deadline = turn.deadline,
               .insists = turn.insists,
               .arrival_us = since_start(turn.arrived),
               .prompt_tokens = prompt_tokens,
               .max_tokens = max_tokens};
  return live;
}

Result<TurnId> Runtime::submit(Turn turn, std::shared_ptr<TurnListener> listener) {
  std::vector<Submission> one;
  one.push_back({std::move(turn), std::move(listener)});
  BYEOL_TRY(const std::vector<TurnId> ids, submit(std::move(one)));
  return ids.front();
}

// With the lock held. More than may live could not be let in; without a limit, a long step would
// let memory grow. A request that has more turns than that by itself is refused by the scheduler.
bool Runtime::has_room(std::size_t turns) const {
  return inbox_.empty() ||
         inbox_.size() + turns <= static_cast<std::size_t>(scheduler_.limits().turns_max);
}

Result<std::vector<TurnId>> Runtime::submit(std::vector<Submission> turns) {
  const Time now = clock_();
  for (const Submission& submission : turns) BYEOL_TRY_OK(check(submission.turn));
  {
    const std::lock_guard lock(mutex_);
    if (!has_room(turns.size())) return Error{ErrorCode::kOverloaded, kManyCame};
  }
  // Costs time and memory: done for those alone that will be kept, and not while others wait.
  std::vector<Live> made;
  for (Submission& submission : turns) made.push_back(make_live(std::move(submission), now));
  std::vector<TurnId> ids;
  {
    const std::lock_guard lock(mutex_);
    // Others may have come in the meantime.
    if (!has_room(made.size())) return Error{ErrorCode::kOverloaded, kManyCame};
    for (Live& live : made) {
      live.id = live.spec.id = TurnId{next_id_++};
      ids.push_back(live.id);
      inbox_.push_back(std::move(live));
    }
  }
  wake_.notify_one();
  return ids;
}

void Runtime::send(TurnId turn, Wish wish) {
  {
    const std::lock_guard lock(mutex_);
    messages_.push_back({turn, wish});
  }
  wake_.notify_one();
}

void Runtime::cancel(TurnId turn) {
  send(turn, Wish::kCancel);
}

void Runtime::pause(TurnId turn) {
  send(turn, Wish::kPause);
}

void Runtime::resume(TurnId turn) {
  send(turn, Wish::kResume);
}

scheduler::TimeUs Runtime::since_start(Time time) const {
  return std::chrono::duration_cast<std::chrono::microseconds>(time - start_).count();
}

void Runtime::work() {
  while (take_messages()) {
    share_prefixes();
    is_idle_ = !step();
    is_idle_ = !rate_rest() && is_idle_;
    remove_ended();
    if (is_idle_ || turns_changed_ || clock_() - published_ >= kPublishEvery) publish();
  }
  for (Live& turn : live_) end(turn, FinishReason::kCancelled, {});
  for (Live& turn : arriving_)
    turn.answer->end(FinishReason::kCancelled, {}, clock_(), *turn.listener);
  for (Live& turn : inbox_)
    turn.answer->end(FinishReason::kCancelled, {}, clock_(), *turn.listener);
}

// Waits while there is nothing to do. False: the runtime ends.
bool Runtime::take_messages() {
  {
    std::unique_lock lock(mutex_);
    const auto has_news = [this] {
      return stop_ || !inbox_.empty() || !messages_.empty() || !errands_.empty();
    };
    if (live_.empty())
      wake_.wait(lock, has_news);
    else if (is_idle_)
      wake_.wait_for(lock, kLookAgain, has_news);
    if (stop_) return false;
    arriving_.swap(inbox_);
    heeding_.swap(messages_);
    running_errands_.swap(errands_);
  }
  for (const auto& errand : running_errands_) errand();
  running_errands_.clear();
  for (Live& turn : arriving_) admit(std::move(turn));
  arriving_.clear();
  for (const Message& message : heeding_) heed(message);
  heeding_.clear();
  remove_ended();
  return true;
}

void Runtime::heed(const Message& message) {
  Live* const turn = find(message.turn);
  if (turn == nullptr) return;
  if (message.wish == Wish::kCancel) return end(*turn, FinishReason::kCancelled, {});
  turn->paused = message.wish == Wish::kPause;
  turns_changed_ = true;  // Others may be waiting for what it computes.
  const Time now = clock_();
  if (turn->paused) {
    turn->answer->pause(now);
    scheduler_.pause(since_start(now), turn->id);
  } else {
    turn->answer->go_on(now);
    scheduler_.go_on(since_start(now), turn->id);
  }
}

void Runtime::admit(Live turn) {
  const Time now = clock_();
  turn.computed = engine_->remembered(turn.reusable());
  turn.spec.cached_tokens = turn.computed;
  const scheduler::Admission admission = scheduler_.admit(since_start(now), turn.spec);
  if (admission.verdict != scheduler::Verdict::kAdmitted) {
    ++counters_.refused;
    // Who comes back is looked at when the step that is then under way has ended.
    const scheduler::TimeUs retry_us =
        admission.retry_after_us > 0 ? admission.retry_after_us + scheduler_.limits().step_max_us
                                     : 0;
    return turn.answer->refuse(static_cast<double>(retry_us) / 1e3, refusal(admission),
                               *turn.listener);
  }
  ++counters_.admitted;
  turn.listener->on_admitted();
  live_.push_back(std::move(turn));
  turns_changed_ = true;
}

Runtime::Live* Runtime::find(TurnId id) {
  const auto found = std::ranges::lower_bound(live_, id, {}, &Live::id);
  return found == live_.end() || found->id != id ? nullptr : &*found;
}

void Runtime::end(Live& turn, FinishReason reason, std::string error) {
  if (turn.ended) return;
  // What an error left in the cache is nobody's example.
  close(turn, reason != FinishReason::kError);
  if (turn.memory && reason == FinishReason::kStop) remember_answer(turn);
  turn.answer->end(reason, std::move(error), clock_(), *turn.listener);
}

void Runtime::end_early(Live& turn) {
  if (turn.ended) return;
  close(turn, true);
  turn.answer->end_early(clock_(), *turn.listener);
}

void Runtime::close(Live& turn, bool remembers) {
  turn.ended = true;
  turns_changed_ = true;
  scheduler_.ended(turn.id);
  if (!turn.begun) return;
  if (remembers && !turn.mean) engine_->remember(turn.sequence, turn.computed);
  engine_->close(turn.sequence);
}

void Runtime::remove_ended() {
  std::erase_if(live_, [](const Live& turn) { return turn.ended; });
}

void Runtime::publish() {
  published_ = clock_();
  const scheduler::TimeUs now = since_start(published_);
  const std::lock_guard lock(state_mutex_);
  state_.turns.clear();
  state_.kv_used_tokens = 0;
  for (const Live& turn : live_) {
    const Phase phase = !turn.begun         ? Phase::kWaiting
                        : turn.in_prefill() ? Phase::kPrefill
                                            : Phase::kDecode;
    state_.turns.push_back({.id = turn.id,
                            .name = turn.name,
                            .turn_class = turn.spec.turn_class,
                            .phase = phase,
                            .prompt_tokens = turn.answer->prompt_tokens(),
                            .computed_tokens = turn.computed,
                            .reused_tokens = turn.answer->reused_tokens(),
                            .generated_tokens = turn.answer->generated_tokens(),
                            .max_tokens = turn.answer->max_tokens(),
                            .slack_ms = std::numeric_limits<double>::infinity()});
  }
  scheduler_.each_due([&](TurnId id, scheduler::TimeUs due) {
    const auto turn = std::ranges::lower_bound(state_.turns, id, {}, &TurnState::id);
    if (due < scheduler::kNever && turn != state_.turns.end() && turn->id == id)
      turn->slack_ms = static_cast<double>(due - now) / 1e3;
  });
  state_.kv_capacity_tokens = engine_->capacity_tokens();
  state_.kv_used_tokens = engine_->capacity_tokens() - engine_->free_tokens();
  state_.prefix_tokens = engine_->prefixes().tokens();
  state_.step = last_step_;
  state_.step_max_us = static_cast<double>(scheduler_.limits().step_max_us);
  state_.error_share = scheduler_.cost().error_share();
  counters_.missed = scheduler_.missed();
  state_.counters = counters_;
}

RuntimeState Runtime::state() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

}  // namespace byeol::runtime
