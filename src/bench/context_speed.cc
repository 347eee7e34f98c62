#include "bench/context_speed.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>

#include "bench/bench_engine.h"

namespace byeol::bench {
namespace {

using model::TokenId;

// With empty sequences, with own contexts, and with the shared one, whose last page each copies.
std::int64_t cache_tokens(const ContextSpeedOptions& options) {
  const std::int64_t own = whole_pages(std::int64_t{options.context} + options.steps);
  return options.sequences * (whole_pages(options.steps) + own) + own +
         options.sequences * whole_pages(engine::Engine::kPageTokens + options.steps);
}

Status check(const ContextSpeedOptions& options, std::int32_t context_max) {
  if (options.context < 1 || options.sequences < 1 || options.steps < 1 || options.repeat < 1)
    return Error{ErrorCode::kInvalidArgument,
                 "context, sequences, steps and repeat must be at least 1"};
  if (std::int64_t{options.context} + options.steps > context_max)
    return Error{ErrorCode::kInvalidArgument, "a context of " + std::to_string(options.context) +
                                                  " and " + std::to_string(options.steps) +
                                                  " tokens after it are more than the model's " +
                                                  std::to_string(context_max)};
  if (cache_tokens(options) > std::numeric_limits<std::int32_t>::max())
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(options.sequences) + " contexts of " +
                     std::to_string(options.context) + " tokens want a cache of " +
                     std::to_string(cache_tokens(options)) + " positions; expected less than 2^31"};
  return ok();
}

// Sequences of one kind, cut back to their first length after each round.
class Sequences {
 public:
  explicit Sequences(engine::Engine& engine) : engine_(engine) {}
  ~Sequences() {
    for (const engine::SequenceId sequence : sequences_) engine_.close(sequence);
  }
  Sequences(const Sequences&) = delete;
  Sequences& operator=(const Sequences&) = delete;

  void add(engine::SequenceId sequence) {
    sequences_.push_back(sequence);
    length_ = static_cast<std::int32_t>(engine_.tokens(sequence).size());
  }

  // One of other tokens than its neighbours have.
  Status add_of(std::int32_t length, std::int32_t seed) {
    const engine::SequenceId sequence = engine_.open();
    sequences_.push_back(sequence);
    std::vector<TokenId> tokens(static_cast<std::size_t>(length));
    for (std::size_t i = 0; i < tokens.size(); ++i)
      tokens[i] = series_token(engine_.model(), static_cast<std::int64_t>(i) + seed);
    for (std::span<const TokenId> rest = tokens; !rest.empty();) {
      const std::size_t count = std::min<std::size_t>(kStepRows, rest.size());
      const engine::StepEntry entry{sequence, rest.first(count)};
      BYEOL_TRY_OK(engine_.step({&entry, 1}));
      rest = rest.subspan(count);
    }
    length_ = length;
    return ok();
  }

  engine::SequenceId front() const { return sequences_.front(); }

  // Milliseconds of one of `steps` steps.
  Result<double> decode(std::int32_t steps) {
    tokens_.resize(sequences_.size());
    const auto begin = std::chrono::steady_clock::now();
    for (std::int32_t step = 0; step < steps; ++step) {
      entries_.clear();
      for (std::size_t i = 0; i < sequences_.size(); ++i) {
        tokens_[i] = series_token(engine_.model(), step + 31 * static_cast<std::int64_t>(i));
        entries_.push_back(
            {sequences_[i], std::span(tokens_).subspan(i, 1), engine::Logits::kLast});
      }
      BYEOL_TRY_OK(engine_.step(entries_));
    }
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
    for (const engine::SequenceId sequence : sequences_) engine_.truncate(sequence, length_);
    return time.count() / steps;
  }

 private:
  engine::Engine& engine_;
  std::vector<engine::SequenceId> sequences_;
  std::int32_t length_ = 0;
  std::vector<TokenId> tokens_;
  std::vector<engine::StepEntry> entries_;
};

}  // namespace

Result<ContextSpeed> measure_context_speed(std::shared_ptr<const model::Model> model,
                                           ThreadPool& pool, const ContextSpeedOptions& options) {
  BYEOL_TRY_OK(check(options, model->config().context));
  BYEOL_TRY(const auto engine, make_bench_engine(std::move(model), pool, options.kv_type,
                                                 cache_tokens(options), options.sequences));
  Sequences empty(*engine), own(*engine), prefix(*engine), shared(*engine);
  for (std::int32_t i = 0; i < options.sequences; ++i) {
    empty.add(engine->open());
    BYEOL_TRY_OK(own.add_of(options.context, 997 * i));
  }
  if (options.sequences > 1) {
    BYEOL_TRY_OK(prefix.add_of(options.context, 0));
    for (std::int32_t i = 0; i < options.sequences; ++i) {
      BYEOL_TRY(const engine::SequenceId forked, engine->fork(prefix.front(), options.context));
      shared.add(forked);
    }
  }
  ContextSpeed speed{{}, {}, {}, engine->isa()};
  for (std::int32_t round = 0; round <= options.repeat; ++round) {
    const auto measure = [&](Sequences& kind, std::vector<double>& samples) -> Status {
      BYEOL_TRY(const double ms, kind.decode(options.steps));
      if (round > 0) samples.push_back(ms);
      return ok();
    };
    BYEOL_TRY_OK(measure(empty, speed.empty_ms));
    BYEOL_TRY_OK(measure(own, speed.own_ms));
    if (options.sequences > 1) BYEOL_TRY_OK(measure(shared, speed.shared_ms));
  }
  return speed;
}

}  // namespace byeol::bench
