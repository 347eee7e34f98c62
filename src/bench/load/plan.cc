#include "bench/load/plan.h"

#include <cmath>

#include "bench/load/prompts.h"
#include "engine/random.h"

namespace byeol::bench {

std::vector<LoadRequest> plan_poisson(const PoissonLoad& load) {
  std::vector<LoadRequest> plan;
  double at_ms = 0;
  for (std::int64_t i = 0;; ++i) {
    if (load.duration_s <= 0 && i >= load.requests) break;
    at_ms += -std::log1p(-engine::uniform(load.seed, 1, i)) / load.rate * 1000;
    if (load.duration_s > 0 && at_ms >= load.duration_s * 1000) break;
    plan.push_back({.at_ms = at_ms,
                    .system = load.system,
                    .prompt = make_question(load.seed, load.first_number + i, load.own_words),
                    .max_tokens = load.max_tokens,
                    .deadline = load.deadline});
  }
  return plan;
}

}  // namespace byeol::bench
