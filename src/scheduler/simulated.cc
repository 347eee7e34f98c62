#include "scheduler/simulated.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

namespace byeol::scheduler {
namespace {

// The work of a turn whose decodes share a step with seven others.
double work_us(const Arrival& arrival) {
  const StepCost& cost = kSmallModel;
  const double prompt = arrival.spec.prompt_tokens - arrival.spec.cached_tokens;
  const double answer = arrival.answer_tokens;
  return prompt * (cost.prefill + cost.chunk_context * prompt / 2) +
         answer * (cost.decode + cost.context * (prompt + answer / 2) +
                   (cost.fixed + cost.decoding) / 8);
}

TimeUs whole_us(double us) {
  return static_cast<TimeUs>(std::ceil(us));
}

}  // namespace

void note_token(const TurnSpec& spec, TimeUs now, Outcome& outcome) {
  const Deadline& deadline = spec.deadline;
  const TimeUs first_due =
      deadline.first_us < kNever ? spec.arrival_us + deadline.first_us : kNever;
  TimeUs due = kNever;
  if (outcome.tokens == 0) {
    outcome.first_at = now;
    due = first_due;
  } else if (deadline.gap_us < kNever) {
    const TimeUs from =
        first_due < kNever ? std::max(first_due, outcome.first_at) : outcome.first_at;
    due = from + deadline.gap_us * outcome.tokens;
  }
  if (deadline.total_us < kNever) due = std::min(due, spec.arrival_us + deadline.total_us);
  ++outcome.tokens;
  outcome.last_at = now;
  if (due < kNever) outcome.latest_by_us = std::max(outcome.latest_by_us, now - due);
}

std::int64_t Played::good() const {
  return std::ranges::count_if(outcomes, [](const Outcome& outcome) { return outcome.good(); });
}

// One of seven kinds of deadline, between(low, high) being the trace's random numbers.
template <typename Between>
void set_any_kind(std::uint_fast32_t kind, const Between& between, Arrival& arrival) {
  const auto ms = [&between](std::uint32_t low, std::uint32_t high) {
    return TimeUs{1000} * between(low, high);
  };
  TurnSpec& spec = arrival.spec;
  spec.prompt_tokens = between(5, 1200);
  arrival.answer_tokens = between(5, 150);
  Deadline& deadline = spec.deadline;
  switch (kind) {
    case 0:
      deadline.gap_us = ms(20, 200);
      break;
    case 1:
      deadline.first_us = ms(50, 3000);
      break;
    case 2:
      deadline.total_us = ms(500, 15'000);
      break;
    case 3:
      deadline.first_us = ms(100, 2000);
      deadline.gap_us = ms(30, 200);
      deadline.total_us = ms(2000, 15'000);
      break;
    case 4:
      deadline.first_us = ms(30, 150);
      deadline.gap_us = ms(100, 400);
      spec.prompt_tokens = between(5, 60);
      break;
    case 5:
      deadline.first_us = ms(50, 300);
      deadline.gap_us = 80'000;
      spec.cached_tokens = spec.prompt_tokens - between(1, 5);
      break;
    default:
      spec.turn_class = TurnClass::kFlex;
  }
}

std::vector<Arrival> make_trace(Family family, std::uint32_t seed, double load, double seconds) {
  std::mt19937 random(seed);
  const auto between = [&random](std::uint32_t low, std::uint32_t high) {
    return static_cast<std::int32_t>(low + random() % (high - low + 1));
  };
  const auto one_in = [&random](std::uint32_t n) { return random() % n == 0; };
  const auto exponential = [&random] {
    return -std::log((static_cast<double>(random()) + 1) / 4294967296.0);
  };
  constexpr Deadline kVoice{.first_us = 300'000, .gap_us = 80'000};
  constexpr Deadline kChat{.first_us = 2'000'000, .gap_us = 150'000};
  constexpr Deadline kDocument{.first_us = 20'000'000, .gap_us = 150'000};
  std::vector<Arrival> trace;
  for (double now_us = 0; now_us < seconds * 1e6;) {
    Arrival arrival{};
    TurnSpec& spec = arrival.spec;
    switch (family) {
      case Family::kBursty:
        spec.prompt_tokens = between(20, 600);
        spec.deadline = kChat;
        arrival.answer_tokens = between(10, 150);
        break;
      case Family::kLongAmongVoice: {
        const bool is_long = one_in(8);
        spec.prompt_tokens = is_long ? between(2000, 6000) : between(20, 150);
        spec.deadline = is_long ? kDocument : kVoice;
        arrival.answer_tokens = is_long ? between(20, 100) : between(10, 60);
        break;
      }
      case Family::kMixed: {
        const bool is_voice = one_in(3);
        spec.prompt_tokens = is_voice ? between(20, 150) : between(100, 1000);
        spec.deadline = is_voice ? Deadline{.first_us = 500'000, .gap_us = 100'000} : kChat;
        arrival.answer_tokens = between(20, 120);
        break;
      }
      case Family::kAllKinds:
        set_any_kind(random() % 7, between, arrival);
        break;
    }
    spec.id = TurnId{trace.size()};
    spec.arrival_us = static_cast<TimeUs>(now_us);
    spec.max_tokens = arrival.answer_tokens + between(0, 29);
    trace.push_back(arrival);
    double gap_us = work_us(arrival) / load * exponential();
    if (family == Family::kBursty) gap_us *= one_in(10) ? 9.1 : 0.1;
    now_us += gap_us;
  }
  return trace;
}

Played play_scheduled(const std::vector<Arrival>& trace, const Limits& limits, Pace pace) {
  Scheduler scheduler(limits, CostModel(kSmallModel));
  Played run;
  run.outcomes.resize(trace.size());
  std::vector<std::int32_t> prompt_left;
  for (const Arrival& arrival : trace)
    prompt_left.push_back(arrival.spec.prompt_tokens - arrival.spec.cached_tokens);
  std::vector<PlanEntry> entries;
  std::size_t next = 0;
  for (TimeUs now = 0;;) {
    for (; next < trace.size() && trace[next].spec.arrival_us <= now; ++next) {
      const Admission admission = scheduler.admit(now, trace[next].spec);
      run.outcomes[next].refused = admission.verdict != Verdict::kAdmitted;
      run.outcomes[next].retry_after_us = admission.retry_after_us;
    }
    const auto begin = std::chrono::steady_clock::now();
    const Plan& plan = scheduler.plan(now);
    run.plan_ns +=
        std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
    run.live_turns += scheduler.live();
    ++run.plans;
    entries.assign(plan.entries.begin(), plan.entries.end());
    if (entries.empty()) {
      if (next == trace.size()) break;
      now = trace[next].spec.arrival_us;
      continue;
    }
    std::int64_t steps = 1;
    if (pace == Pace::kJumps) {
      steps = scheduler.steps_alike(now);
      for (const PlanEntry& entry : entries) {
        const auto turn = static_cast<std::size_t>(entry.turn);
        if (entry.prompt_tokens == 0)
          steps =
              std::min<std::int64_t>(steps, trace[turn].answer_tokens - run.outcomes[turn].tokens);
      }
      while (steps > 1 && next < trace.size() &&
             now + whole_us(scheduler.alike_us(steps - 1)) >= trace[next].spec.arrival_us)
        --steps;
    }
    now += whole_us(scheduler.alike_us(steps));
    scheduler.stepped_alike(now, steps);
    for (const PlanEntry& entry : entries) {
      run.outcomes[static_cast<std::size_t>(entry.turn)].tokens +=
          static_cast<std::int32_t>(steps - 1);
      const auto turn = static_cast<std::size_t>(entry.turn);
      prompt_left[turn] -= entry.prompt_tokens;
      if (prompt_left[turn] > 0) continue;
      Outcome& outcome = run.outcomes[turn];
      note_token(trace[turn].spec, now, outcome);
      outcome.ended = outcome.tokens == trace[turn].answer_tokens;
      if (outcome.ended) scheduler.ended(entry.turn);
    }
  }
  run.missed = scheduler.missed();
  return run;
}

Played play_without_deadlines(const std::vector<Arrival>& trace, std::int32_t chunk_tokens) {
  constexpr std::int32_t kStepRows = 512;
  const CostModel cost(kSmallModel);
  struct Live {
    std::size_t turn;
    std::int32_t prompt_left, context, planned;
  };
  std::vector<Live> live;
  Played run;
  run.outcomes.resize(trace.size());
  std::size_t next = 0;
  for (TimeUs now = 0; next < trace.size() || !live.empty();) {
    if (live.empty()) now = std::max(now, trace[next].spec.arrival_us);
    for (; next < trace.size() && trace[next].spec.arrival_us <= now; ++next)
      live.push_back({next, trace[next].spec.prompt_tokens - trace[next].spec.cached_tokens,
                      trace[next].spec.cached_tokens, 0});
    const bool prompts = std::ranges::any_of(live, [](const Live& l) { return l.prompt_left > 0; });
    StepShape shape;
    for (Live& l : live) {
      l.planned = l.prompt_left > 0 || (prompts && chunk_tokens == 0) ? -1 : 0;
      if (l.planned < 0) continue;
      ++shape.decodes;
      shape.decode_context += l.context;
    }
    std::int32_t rows = kStepRows;
    if (chunk_tokens > 0)
      rows = std::max(1, chunk_tokens - static_cast<std::int32_t>(shape.decodes));
    for (Live& l : live) {
      if (l.prompt_left == 0 || rows == 0) continue;
      l.planned = std::min(rows, l.prompt_left);
      rows -= l.planned;
      shape.prefill_tokens += l.planned;
      shape.chunk_context += l.planned * (l.context + l.planned / 2.0);
    }
    now += whole_us(cost.predict_us(shape));
    for (Live& l : live) {
      if (l.planned < 0) continue;
      l.prompt_left -= l.planned;
      l.context += std::max(l.planned, 1);
      Outcome& outcome = run.outcomes[l.turn];
      if (l.prompt_left == 0) note_token(trace[l.turn].spec, now, outcome);
      outcome.ended = outcome.tokens == trace[l.turn].answer_tokens;
    }
    std::erase_if(live, [&run](const Live& l) { return run.outcomes[l.turn].ended; });
  }
  return run;
}

}  // namespace byeol::scheduler
