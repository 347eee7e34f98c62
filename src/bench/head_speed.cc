#include "bench/head_speed.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "bench/statistics.h"
#include "bench/token_blocks.h"
#include "engine/engine.h"
#include "engine/sampler.h"

namespace byeol::bench {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr std::int32_t kStepsPerSample = 16;
constexpr std::int32_t kTokensMin = 64;

struct Sampling {
  const char* name;
  engine::SamplingOptions options;
};

std::vector<Sampling> samplings() {
  Sampling greedy{"greedy", {}}, top_k{"top-k 40", {}}, min_p{"min-p 0.05", {}};
  greedy.options.temperature = 0;
  top_k.options.top_k = 40;
  min_p.options.top_k = 0;
  min_p.options.top_p = 1;
  min_p.options.min_p = 0.05f;
  return {greedy, top_k, min_p};
}

// One sequence that is fed the text.
class Decode {
 public:
  Decode(engine::Engine& engine, engine::SamplingOptions options, bool whole_head)
      : engine_(engine),
        options_(std::move(options)),
        wanted_(whole_head ? model::LogitsWanted{} : engine::logits_wanted(options_)),
        sequence_(engine.open()) {}
  ~Decode() { engine_.close(sequence_); }
  Decode(const Decode&) = delete;
  Decode& operator=(const Decode&) = delete;

  // The token that would follow text[.. position]; adds its time, sampling included.
  Result<model::TokenId> step(std::span<const TokenId> text, std::size_t position) {
    const auto begin = std::chrono::steady_clock::now();
    const engine::StepEntry entry{sequence_, text.subspan(position, 1), engine::Logits::kLast,
                                  wanted_};
    BYEOL_TRY_OK(engine_.step({&entry, 1}));
    BYEOL_TRY(const engine::Sampled sampled,
              sampler_.sample(engine_.logits(0), text.first(position + 1), 1, options_));
    seconds_ += Seconds(std::chrono::steady_clock::now() - begin).count();
    return sampled.token;
  }
  double take_seconds() { return std::exchange(seconds_, 0.0); }

 private:
  engine::Engine& engine_;
  engine::SamplingOptions options_;
  model::LogitsWanted wanted_;
  engine::SequenceId sequence_;
  engine::Sampler sampler_;
  double seconds_ = 0;
};

Result<HeadSpeed::Mode> measure_mode(engine::Engine& engine, const Sampling& sampling,
                                     std::span<const TokenId> text) {
  Decode whole(engine, sampling.options, true), wanted(engine, sampling.options, false);
  HeadSpeed::Mode mode{sampling.name, 0, 0, 0};
  std::vector<double> gains;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // The one that goes first finds other caches: they take turns at it.
    Decode& first = i % 2 == 0 ? whole : wanted;
    Decode& second = i % 2 == 0 ? wanted : whole;
    BYEOL_TRY(const TokenId a, first.step(text, i));
    BYEOL_TRY(const TokenId b, second.step(text, i));
    mode.differences += a != b ? 1 : 0;
    if ((i + 1) % kStepsPerSample != 0) continue;
    const double gain = whole.take_seconds() / wanted.take_seconds();
    if (i + 1 > kStepsPerSample) gains.push_back(gain);  // The first ones warm up.
  }
  mode.gain = median(gains);
  mode.gain_lowest = *std::ranges::min_element(gains);
  return mode;
}

}  // namespace

Result<HeadSpeed> measure_head_speed(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                                     std::string_view text, std::int32_t tokens) {
  if (tokens < kTokensMin)
    return Error{ErrorCode::kInvalidArgument, std::to_string(tokens) +
                                                  " tokens to decode; expected at least " +
                                                  std::to_string(kTokensMin)};
  BYEOL_TRY(const TokenBlocks blocks, blocks_of_text(*model, text, tokens));
  const std::vector<TokenId> block = blocks.block(0);
  constexpr std::int32_t kPage = engine::Engine::kPageTokens;
  const std::int32_t cached = 2 * ((tokens + kPage - 1) / kPage * kPage);
  BYEOL_TRY(const auto engine,
            engine::Engine::create(std::move(model), pool, {.kv_tokens = cached}));
  HeadSpeed speed{{}, tokens, engine->isa()};
  for (const Sampling& sampling : samplings()) {
    BYEOL_TRY(HeadSpeed::Mode mode, measure_mode(*engine, sampling, block));
    speed.modes.push_back(std::move(mode));
  }
  return speed;
}

}  // namespace byeol::bench
