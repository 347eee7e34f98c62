// How probable a prompt's continuations are. Each is a fork of the prompt's sequence, so that the
// prompt is computed once, and all of them are computed in one pass over the weights (in several
// where they have many rows). A continuation's score is the sum of the logarithms of its
// tokens' probabilities, at temperature 1: the same bits, whatever else runs.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/math.h"
#include "engine/exp_weights.h"
#include "runtime/runtime.h"

namespace byeol::runtime {
namespace {

constexpr std::int32_t kRatedRows = 64;  // In a pass: each has a whole row of logits.

double log_total(std::span<const float> logits, float max) {
  std::vector<float> weights(logits.size());
  return math::log(engine::exp_weights(logits, max, 1.0f, weights));
}

// NaN where the logits are not sound.
double logprob_of(std::span<const float> logits, TokenId token) {
  const engine::LogitRange range = engine::find_range(logits);
  if (!range.sound) return std::numeric_limits<double>::quiet_NaN();
  const float logit = logits[static_cast<std::size_t>(token)];
  return static_cast<double>(logit) - static_cast<double>(range.max) - log_total(logits, range.max);
}

}  // namespace

// The prompt is computed: its last row's logits rate the first tokens.
void Runtime::rate_first(Live& turn, std::size_t entry) {
  for (const std::vector<TokenId>& tokens : turn.rating->continuations)
    turn.rating->scores.push_back(logprob_of(engine_->logits(entry), tokens.front()));
  turn.rating->rates_rest = true;
}

// Between two steps, some continuations of each turn: others go on meanwhile. Whether there was
// anything to do.
bool Runtime::rate_rest() {
  bool rated = false;
  for (Live& turn : live_) {
    if (turn.ended || !turn.rating || !turn.rating->rates_rest) continue;
    rated = true;
    const Status done = rate_some(turn);
    const bool sound =
        std::ranges::none_of(turn.rating->scores, [](double score) { return std::isnan(score); });
    if (!done) {
      end(turn, FinishReason::kError, done.error().message);
    } else if (!sound) {
      end(turn, FinishReason::kError, "the logits of a continuation hold NaN or infinity");
    } else if (turn.rating->next == turn.rating->continuations.size()) {
      close(turn, true);
      turn.answer->end_with(turn.rating->scores, clock_(), *turn.listener);
    }
  }
  remove_ended();
  return rated;
}

// As many continuations as one pass takes, or as there are pages for; one in any case.
Status Runtime::rate_some(Live& turn) {
  std::vector<engine::StepEntry> entries;
  std::vector<std::size_t> rated;
  Status done = ok();
  std::int32_t room = std::min(kRatedRows, engine_->step_rows_max());
  std::size_t& next = turn.rating->next;
  for (; next < turn.rating->continuations.size(); ++next) {
    const std::span<const TokenId> tokens = turn.rating->continuations[next];
    const auto rows = static_cast<std::int32_t>(tokens.size()) - 1;
    if (rows == 0) continue;
    if (rows > room && !entries.empty()) break;
    room -= rows;
    const Result<engine::SequenceId> fork =
        engine_->fork(turn.sequence, turn.answer->prompt_tokens());
    if (!fork) {
      if (entries.empty()) done = fork.error();
      break;
    }
    entries.push_back({*fork, tokens.first(tokens.size() - 1), engine::Logits::kAll});
    rated.push_back(next);
  }
  if (done && !entries.empty()) done = engine_->step(entries);
  if (done && !entries.empty()) add_scores(turn, rated);
  for (const engine::StepEntry& entry : entries) engine_->close(entry.sequence);
  return done;
}

void Runtime::add_scores(Live& turn, const std::vector<std::size_t>& rated) {
  std::vector<std::vector<double>> logprobs(rated.size());
  pool_->run(static_cast<int>(rated.size()), [&](int task, int) {
    const auto entry = static_cast<std::size_t>(task);
    const std::vector<TokenId>& tokens = turn.rating->continuations[rated[entry]];
    for (std::size_t row = 1; row < tokens.size(); ++row)
      logprobs[entry].push_back(
          logprob_of(engine_->logits(entry, static_cast<std::int32_t>(row) - 1), tokens[row]));
  });
  for (std::size_t entry = 0; entry < rated.size(); ++entry)
    for (const double logprob : logprobs[entry]) turn.rating->scores[rated[entry]] += logprob;
}

}  // namespace byeol::runtime
