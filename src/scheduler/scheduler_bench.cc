// What a plan costs, by the number of live turns: the bar is 60 ns each.
#include <benchmark/benchmark.h>

#include "scheduler/simulated.h"

namespace byeol::scheduler {
namespace {

// `turns` live ones, of which one in eight has its prompt before it; half of them with deadlines.
void plan_and_step(benchmark::State& state) {
  const auto turns = static_cast<std::int32_t>(state.range(0));
  Limits limits;
  limits.kv_tokens = 1LL << 40;
  Scheduler scheduler(limits, CostModel(kSmallModel));
  TimeUs now = 0;
  for (std::int32_t i = 0; i < turns; ++i) {
    TurnSpec spec{};
    spec.id = TurnId{static_cast<std::uint64_t>(i)};
    spec.prompt_tokens = i % 8 == 0 ? 1 << 28 : 1;
    spec.max_tokens = 1 << 18;
    if (i % 2 == 1) spec.deadline = {.first_us = 3'600'000'000, .gap_us = 3'600'000'000};
    scheduler.admit(now, spec);
  }
  for (int i = 0; i < 100; ++i) {
    now += static_cast<TimeUs>(scheduler.plan(now).predicted_us);
    scheduler.stepped(now);
  }
  for ([[maybe_unused]] auto _ : state) {
    const Plan& plan = scheduler.plan(now);
    benchmark::DoNotOptimize(plan.entries.data());
    scheduler.stepped(now);
  }
  state.counters["live"] = scheduler.live();
  state.counters["ns_per_turn"] = benchmark::Counter(
      static_cast<double>(scheduler.live()) * 1e-9 * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(plan_and_step)->Arg(8)->Arg(16)->Arg(64)->Arg(256);

}  // namespace
}  // namespace byeol::scheduler
BENCHMARK_MAIN();
