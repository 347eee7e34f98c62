#include "bench/speed.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>
#include <utility>

#include "bench/bench_engine.h"

namespace byeol::bench {
namespace {

using model::TokenId;
constexpr std::int32_t kWarmUpTokens = 8;

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Positions in the cache, in whole pages.
std::int64_t cache_tokens(const SpeedOptions& options) {
  return whole_pages(std::int64_t{options.prompt} + options.generate) * options.sequences;
}

Status check(const SpeedOptions& options, std::int32_t context) {
  if (options.prompt < 1 || options.generate < 1 || options.sequences < 1 || options.repeat < 1)
    return invalid("prompt, generate, sequences and repeat must be at least 1");
  const std::int64_t tokens = std::int64_t{options.prompt} + options.generate;
  if (tokens > context)
    return invalid("a prompt of " + std::to_string(options.prompt) + " and an answer of " +
                   std::to_string(options.generate) +
                   " tokens are more than the model's context of " + std::to_string(context));
  if (cache_tokens(options) > std::numeric_limits<std::int32_t>::max())
    return invalid(std::to_string(options.sequences) + " sequences of " + std::to_string(tokens) +
                   " tokens want a cache of " + std::to_string(cache_tokens(options)) +
                   " positions; expected less than 2^31");
  return ok();
}

// All sequences, from the first token of their prompts to the last of their answers.
class Run {
 public:
  Run(engine::Engine& engine, const SpeedOptions& options) : engine_(engine), options_(options) {
    const std::int32_t length = std::max(options.prompt, options.generate);
    for (std::int64_t i = 0; i < length; ++i) tokens_.push_back(series_token(engine.model(), i));
    for (std::int32_t i = 0; i < options.sequences; ++i) sequences_.push_back(engine.open());
  }
  ~Run() {
    for (const engine::SequenceId sequence : sequences_) engine_.close(sequence);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Status prefill() {
    std::size_t sequence = 0;
    std::int32_t done = 0;  // Of that sequence's prompt.
    while (sequence < sequences_.size()) {
      entries_.clear();
      std::int32_t room = engine_.step_rows_max();
      while (room > 0 && sequence < sequences_.size()) {
        const std::int32_t rows = std::min(room, options_.prompt - done);
        const bool ends = done + rows == options_.prompt;
        entries_.push_back({sequences_[sequence], tokens(done, rows),
                            ends ? engine::Logits::kLast : engine::Logits::kNone});
        room -= rows;
        done = ends ? 0 : done + rows;
        sequence += ends ? 1 : 0;
      }
      BYEOL_TRY_OK(engine_.step(entries_));
    }
    return ok();
  }

  Status decode(std::int32_t count) {
    for (std::int32_t i = 0; i < count; ++i) {
      entries_.clear();
      for (const engine::SequenceId sequence : sequences_)
        entries_.push_back({sequence, tokens(i, 1), engine::Logits::kLast});
      BYEOL_TRY_OK(engine_.step(entries_));
    }
    return ok();
  }

 private:
  std::span<const TokenId> tokens(std::int32_t first, std::int32_t count) const {
    return std::span(tokens_).subspan(static_cast<std::size_t>(first),
                                      static_cast<std::size_t>(count));
  }

  engine::Engine& engine_;
  const SpeedOptions& options_;
  std::vector<TokenId> tokens_;
  std::vector<engine::SequenceId> sequences_;
  std::vector<engine::StepEntry> entries_;
};

double per_second(std::int64_t tokens, std::chrono::steady_clock::duration time) {
  return static_cast<double>(tokens) / std::chrono::duration<double>(time).count();
}

}  // namespace

Result<Speed> measure_speed(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                            const SpeedOptions& options) {
  BYEOL_TRY_OK(check(options, model->config().context));
  BYEOL_TRY(const auto engine, make_bench_engine(std::move(model), pool, options.kv_type,
                                                 cache_tokens(options), options.sequences));
  {
    Run warm_up(*engine, options);
    BYEOL_TRY_OK(warm_up.prefill());
    BYEOL_TRY_OK(warm_up.decode(std::min(kWarmUpTokens, options.generate)));
  }
  Speed speed{{}, {}, engine->isa()};
  for (std::int32_t i = 0; i < options.repeat; ++i) {
    Run run(*engine, options);
    const auto begin = std::chrono::steady_clock::now();
    BYEOL_TRY_OK(run.prefill());
    const auto middle = std::chrono::steady_clock::now();
    BYEOL_TRY_OK(run.decode(options.generate));
    const auto end = std::chrono::steady_clock::now();
    speed.prefill_tokens_per_s.push_back(
        per_second(std::int64_t{options.sequences} * options.prompt, middle - begin));
    speed.decode_tokens_per_s.push_back(
        per_second(std::int64_t{options.sequences} * options.generate, end - middle));
  }
  return speed;
}

}  // namespace byeol::bench
