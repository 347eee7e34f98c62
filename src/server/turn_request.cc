#include "server/turn_request.h"

#include <cmath>

namespace byeol::server {
namespace {

using runtime::TurnClass;

scheduler::TimeUs us(const std::optional<double>& ms) {
  return ms ? static_cast<scheduler::TimeUs>(std::llround(*ms * 1e3)) : scheduler::kNever;
}

runtime::OnMiss on_miss_of(std::optional<wire::OnMiss> on_miss) {
  switch (on_miss.value_or(wire::OnMiss::kDegrade)) {
    case wire::OnMiss::kFinish:
      return runtime::OnMiss::kFinish;
    case wire::OnMiss::kAbort:
      return runtime::OnMiss::kAbort;
    case wire::OnMiss::kDegrade:
      break;
  }
  return runtime::OnMiss::kDegrade;
}

}  // namespace

TierPromise promise_of(std::optional<wire::ServiceTier> tier) {
  switch (tier.value_or(wire::ServiceTier::kDefault)) {
    case wire::ServiceTier::kRealtime:
      return {TurnClass::kRealtime, {.first_us = 300'000, .gap_us = 80'000}};
    case wire::ServiceTier::kPriority:
    case wire::ServiceTier::kFast:
      return {TurnClass::kPriority, {.first_us = 800'000, .gap_us = 100'000}};
    case wire::ServiceTier::kFlex:
      return {TurnClass::kFlex, {}};
    default:
      return {TurnClass::kDefault, {.first_us = 2'000'000, .gap_us = 120'000}};
  }
}

void set_deadline(const wire::DeadlineFields& fields, std::optional<wire::ServiceTier> tier,
                  runtime::Turn& turn) {
  const TierPromise promise = promise_of(tier);
  turn.turn_class = promise.turn_class;
  turn.insists = fields.any();
  turn.deadline = turn.insists ? runtime::Deadline{.first_us = us(fields.first_ms),
                                                   .gap_us = us(fields.gap_ms),
                                                   .total_us = us(fields.total_ms)}
                               : promise.deadline;
  turn.deadline.on_miss = on_miss_of(fields.on_miss);
}

void set_sampling(const wire::SamplingFields& fields, std::optional<int> logprobs,
                  std::uint64_t seed, runtime::Turn& turn) {
  turn.sampling = {.temperature = fields.temperature,
                   .top_k = fields.top_k,
                   .top_p = fields.top_p,
                   .min_p = fields.min_p,
                   .repetition_penalty = fields.repetition_penalty,
                   .presence_penalty = fields.presence_penalty,
                   .frequency_penalty = fields.frequency_penalty,
                   .logit_bias = fields.logit_bias,
                   .seed = fields.seed ? static_cast<std::uint64_t>(*fields.seed) : seed,
                   .logprobs = logprobs.value_or(-1)};
  // Of nothing, the most probable is left.
  if (fields.top_p == 0) {
    turn.sampling.temperature = 0;
    turn.sampling.top_p = 1;
  }
  turn.min_tokens = fields.min_tokens;
  turn.ignore_end = fields.ignore_eos;
}

}  // namespace byeol::server
