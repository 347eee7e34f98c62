#include "runtime/runtime.h"

#include <signal.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/cpu.h"
#include "runtime/fifo_plan.h"

namespace byeol::runtime {
namespace {

constexpr std::int32_t kContextDefault = 8192;  // Longer ones cost memory that few need.
constexpr std::int32_t kDraftsBelow = 8;        // Turns in a step.

// A fork or a cut may need one page more than the tokens themselves.
std::int32_t tokens_in_pages(std::int32_t tokens, std::int32_t extra_pages) {
  constexpr std::int32_t kPage = engine::Engine::kPageTokens;
  return ((tokens + kPage - 1) / kPage + extra_pages) * kPage;
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
  // One page for the copy that a shared beginning may ask for.
  if (sized.kv_tokens <= 0) sized.kv_tokens = context + engine::Engine::kPageTokens;
  BYEOL_TRY(auto engine, engine::Engine::create(std::move(model), *pool, sized));
  return std::unique_ptr<Runtime>(
      new Runtime(std::move(pool), std::move(engine), context, options));
}

Runtime::Runtime(std::unique_ptr<ThreadPool> pool, std::unique_ptr<engine::Engine> engine,
                 std::int32_t context_tokens, const RuntimeOptions& options)
    : pool_(std::move(pool)),
      engine_(std::move(engine)),
      context_tokens_(
          std::min(context_tokens, engine_->capacity_tokens() - engine::Engine::kPageTokens)),
      clock_(options.clock),
      prefixes_(*engine_, options.kept_prefixes_max) {
  // Signals are for the program's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Runtime::~Runtime() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
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
  return engine::check(turn.sampling);
}

Result<TurnId> Runtime::submit(Turn turn, std::shared_ptr<TurnListener> listener) {
  const auto now = clock_();
  BYEOL_TRY_OK(check(turn));
  const std::int32_t room = context_tokens_ - static_cast<std::int32_t>(turn.prompt.size());
  const std::int32_t max_tokens = turn.max_tokens == 0 ? room : std::min(turn.max_tokens, room);
  auto answer = std::make_unique<Answer>(model().tokenizer(), turn, max_tokens, now);
  std::unique_ptr<Speculator> speculator;
  if (turn.speculation == Speculation::kLookup)
    speculator =
        std::make_unique<Speculator>(model().tokenizer(), turn.prompt, answer->tokens_max());
  TurnId id;
  {
    const std::lock_guard lock(mutex_);
    id = TurnId{next_id_++};
    inbox_.push_back({id, std::move(answer), std::move(turn.sampling), std::move(listener),
                      std::move(speculator)});
  }
  wake_.notify_one();
  return id;
}

void Runtime::cancel(TurnId turn) {
  {
    const std::lock_guard lock(mutex_);
    cancelled_.push_back(turn);
  }
  wake_.notify_one();
}

void Runtime::work() {
  while (take_messages()) {
    admit_waiting();
    if (!running_.empty()) step();
  }
  for (Running& running : running_) end(running, FinishReason::kCancelled, {});
  for (Waiting& waiting : waiting_)
    waiting.answer->end(FinishReason::kCancelled, {}, *waiting.listener);
}

// Waits while there is nothing to do. False: the runtime ends.
bool Runtime::take_messages() {
  {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] {
      return stop_ || !inbox_.empty() || !cancelled_.empty() || !running_.empty() ||
             !waiting_.empty();
    });
    for (Waiting& turn : inbox_) waiting_.push_back(std::move(turn));
    inbox_.clear();
    cancelling_.swap(cancelled_);
    cancelled_.clear();
    if (stop_) return false;
  }
  for (const TurnId id : cancelling_) {
    for (Running& running : running_)
      if (running.turn.id == id) end(running, FinishReason::kCancelled, {});
    const auto waiting = std::ranges::find(waiting_, id, &Waiting::id);
    if (waiting == waiting_.end()) continue;
    waiting->answer->end(FinishReason::kCancelled, {}, *waiting->listener);
    waiting_.erase(waiting);
  }
  remove_ended();
  return true;
}

void Runtime::admit_waiting() {
  while (!waiting_.empty()) {
    // First of all, so that what this turn goes on from is not given up to make room for it.
    const PrefixStore::Found found = prefixes_.take(waiting_.front().answer->tokens());
    if (!has_room_for(waiting_.front(), found.tokens)) return keep(found.sequence);
    Waiting turn = std::move(waiting_.front());
    waiting_.pop_front();
    turn.answer->started(clock_(), found.tokens);
    running_.push_back({std::move(turn), found.sequence, found.tokens});
  }
}

// Room for all that the running turns may still need, and for this one, whose first `reused` tokens
// are in the cache. A turn that is alone always has it: submit() saw to that.
bool Runtime::has_room_for(const Waiting& turn, std::int32_t reused) {
  constexpr std::int32_t kPage = engine::Engine::kPageTokens;
  std::int64_t needed =
      tokens_in_pages(turn.answer->tokens_max(), 1) - std::int64_t{reused} / kPage * kPage;
  for (const Running& running : running_)
    needed += tokens_in_pages(running.turn.answer->tokens_max(), 1) -
              tokens_in_pages(running.computed, 0);
  while (engine_->free_tokens() < needed)
    if (!prefixes_.evict_oldest()) return running_.empty();
  return true;
}

void Runtime::step() {
  build_step();
  const auto begin = clock_();
  if (const Status stepped = engine_->step(entries_); !stepped) {
    fail_step(stepped.error());
  } else {
    const std::chrono::duration<double> taken = clock_() - begin;
    if (forecast_.rows > 0 && forecast_.rows <= StepCosts::kRowsMax)
      costs_.record(forecast_.rows, taken.count());
    take_results();
  }
  remove_ended();
}

void Runtime::build_step() {
  pending_.clear();
  for (const Running& running : running_)
    pending_.push_back(static_cast<std::int32_t>(running.turn.answer->tokens().size()) -
                       running.computed);
  planned_.resize(pending_.size());
  plan_step(pending_, engine_->step_rows_max(), planned_);
  plan_drafts();
  entries_.clear();
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (planned_[i] == 0) continue;
    const model::LogitsWanted wanted = engine::logits_wanted(running_[i].turn.sampling);
    if (const std::int32_t drafted = running_[i].drafted; drafted > 0) {
      entries_.push_back({running_[i].sequence, running_[i].turn.speculator->rows(drafted),
                          engine::Logits::kAll, wanted});
      continue;
    }
    const std::span<const TokenId> tokens = running_[i].turn.answer->tokens();
    entries_.push_back({running_[i].sequence,
                        tokens.subspan(static_cast<std::size_t>(running_[i].computed),
                                       static_cast<std::size_t>(planned_[i])),
                        planned_[i] == pending_[i] ? engine::Logits::kLast : engine::Logits::kNone,
                        wanted});
  }
}

// Only where each turn has one row, and few turns: the costs of such steps are comparable, and rows
// of many turns fill the kernels without drafts. And only where pages are plenty: what a draft
// takes must not be lacking elsewhere. A step of so few rows takes at most two of each turn, the
// copy of a shared one and the next.
void Runtime::plan_drafts() {
  for (Running& running : running_) running.drafted = 0;
  const auto turns = static_cast<std::int32_t>(running_.size());
  const bool decodes = std::ranges::all_of(pending_, [](std::int32_t rows) { return rows == 1; }) &&
                       turns <= engine_->step_rows_max();
  forecast_ = {decodes ? turns : 0, static_cast<double>(turns)};
  if (!decodes || turns >= kDraftsBelow) return;
  if (engine_->free_tokens() < 2 * engine::Engine::kPageTokens * turns) return;
  for (Running& running : running_) {
    Speculator* speculator = running.turn.speculator.get();
    if (!speculator) continue;
    speculator->propose(
        std::min(running.turn.answer->cache_room(), engine_->step_rows_max() - forecast_.rows));
    running.drafted = speculator->choose(costs_, turns, forecast_);
  }
}

void Runtime::take_results() {
  const auto now = clock_();
  std::size_t entry = 0;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (planned_[i] == 0) continue;
    Running& running = running_[i];
    running.computed += planned_[i];
    const std::size_t current = entry++;
    if (planned_[i] == pending_[i]) take_tokens(running, current, now);
  }
}

// The token that each row's logits choose, as long as the row behind it was computed from that very
// token. The first one that differs from the draft is chosen as well: its own row did not see it.
void Runtime::take_tokens(Running& running, std::size_t entry,
                          std::chrono::steady_clock::time_point now) {
  Answer& answer = *running.turn.answer;
  Speculator* const speculator = running.turn.speculator.get();
  std::optional<FinishReason> reason;
  std::string error;
  std::int32_t accepted = 0;
  for (std::int32_t row = 0;; ++row) {
    const Result<engine::Sampled> sampled =
        sampler_.sample(engine_->logits(entry, row), answer.tokens(),
                        static_cast<std::size_t>(answer.prompt_tokens()), running.turn.sampling);
    if (!sampled) {
      reason = FinishReason::kError;
      error = sampled.error().message;
      break;
    }
    const TokenId token = sampled->token;
    const bool drafted =
        row < running.drafted && entries_[entry].tokens[static_cast<std::size_t>(row) + 1] == token;
    accepted += drafted ? 1 : 0;
    reason = answer.add(*sampled, now, *running.turn.listener);
    if (reason) break;
    if (speculator) speculator->append(token);
    if (!drafted) break;
    ++running.computed;
  }
  if (running.drafted > 0) {
    answer.count_draft(running.drafted, accepted);
    engine_->truncate(running.sequence, running.computed);
  }
  if (reason) end(running, *reason, std::move(error));
}

// Nothing was computed. Too little memory costs the youngest turn; anything else, all of them.
void Runtime::fail_step(const Error& error) {
  if (error.code == ErrorCode::kOverloaded)
    return end(running_.back(), FinishReason::kError, error.message);
  for (Running& running : running_) end(running, FinishReason::kError, error.message);
}

void Runtime::end(Running& running, FinishReason reason, std::string error) {
  if (running.ended) return;
  running.ended = true;
  if (reason == FinishReason::kError)
    engine_->close(running.sequence);
  else
    keep(running.sequence);
  running.turn.answer->end(reason, std::move(error), *running.turn.listener);
}

void Runtime::keep(engine::SequenceId sequence) {
  if (engine_->tokens(sequence).empty())
    engine_->close(sequence);
  else
    prefixes_.keep(sequence);
}

void Runtime::remove_ended() {
  std::erase_if(running_, [](const Running& running) { return running.ended; });
}

}  // namespace byeol::runtime
