// What a request says of its answer → what the runtime is told.
//
// Pure. Threads: any.
#pragma once

#include <optional>

#include "runtime/turn.h"
#include "wire/deadline_fields.h"
#include "wire/sampling_fields.h"

namespace byeol::server {

// The class of a tier, and the pace that people expect of it: kept where it can be, and no reason
// to refuse anybody.
//   realtime        300 ms to the first token, then 80 ms a token
//   priority, fast  800 ms, 100 ms
//   default, auto, scale, none  2000 ms, 120 ms
//   flex            whenever there is time
struct TierPromise {
  runtime::TurnClass turn_class;
  runtime::Deadline deadline;
};
TierPromise promise_of(std::optional<wire::ServiceTier> tier);

// Sets class and deadline: the request's own, which it insists on, or else its tier's.
void set_deadline(const wire::DeadlineFields& fields, std::optional<wire::ServiceTier> tier,
                  runtime::Turn& turn);
// `choice`: which of n answers. A request without a seed gets one by chance.
void set_sampling(const wire::SamplingFields& fields, std::optional<int> logprobs,
                  std::uint64_t seed, runtime::Turn& turn);

}  // namespace byeol::server
