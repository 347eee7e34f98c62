// Decides which turns are let in and which tokens each step computes, so that every promise is
// kept. Pure: no thread, no clock, no I/O; time arrives as an argument. The server runs it on the
// real clock, the fleet simulator on a virtual one.
//
// A turn with a deadline gets a guarantee when it passes the demand test (demand.h): then all that
// was promised fits into `utilisation` of what the machine can do. The rest is for turns without
// one. What cannot be met is refused at once, with the time at which it could be.
//
// A step mixes, in this order: decodes that would be late otherwise; parts of prompts (guaranteed
// ones by due time, then the others by class, tenant's work and arrival); all other decodes that
// fit. It is as long as the tightest due time allows and no longer than step_max_us: so long a
// cancellation or a newcomer waits.
//
// A turn that misses loses its guarantee, is asked to end, or is stopped, as it wished (on_miss).
// One that waits without a guarantee moves up a class every ten seconds. While a turn is paused by
// whom it is for, its deadline stands still, for kStillMax in all.
//
// Invariants: (1) a plan has at most step_rows_max tokens; (2) turns in a plan have memory for
// prompt and answer; (3) after construction nothing allocates. Threads: one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "scheduler/cost_model.h"
#include "scheduler/demand.h"
#include "scheduler/turn_spec.h"

namespace byeol::scheduler {

struct Limits {
  std::int32_t turns_max = 256;  // Live at once, waiting ones included.
  std::int32_t step_rows_max = 512;
  std::int64_t kv_tokens = 1 << 20;  // Positions in the cache.
  // Of a page of the cache. Each turn may leave one begun and copy one that it shared.
  std::int32_t page_tokens = 1;
  TimeUs step_max_us = 150'000;
  double utilisation = 0.9;  // Of the machine's time, that promises may fill.
};

enum class Verdict {
  kAdmitted,
  kRefused,     // Its deadline cannot be kept beside what is promised already.
  kImpossible,  // Nor could it be on an idle machine.
  kFull,        // As many turns live as may.
};

struct Admission {
  Verdict verdict = Verdict::kAdmitted;
  // Of kRefused and kFull: after so long the same turn would be let in, if nobody else came.
  TimeUs retry_after_us = 0;
};

struct PlanEntry {
  TurnId turn;
  std::int32_t prompt_tokens;  // The next so many of its prompt; 0: the next token of its answer.
};

// How a turn that runs out of time should end: each is asked for once.
enum class Ending { kAtSentenceEnd, kNow, kAbort };
struct PlanEnding {
  TurnId turn;
  Ending ending;
};

struct Plan {
  std::span<const PlanEntry> entries;   // What the next step computes; empty: nothing to do.
  std::span<const PlanEnding> endings;  // Before that step.
  double predicted_us = 0;
  StepShape shape{};  // Of these entries.
  // So many rows more the step could have and still end in time: for drafts (speculation). 0 in a
  // step that computes parts of prompts.
  std::int32_t rows_to_spare = 0;
};

class Scheduler {
 public:
  Scheduler(const Limits& limits, const CostModel& cost);

  // Lets a turn in, or not. It is planned from the next plan() on.
  Admission admit(TimeUs now, const TurnSpec& spec);
  // Valid until the next call; a step with entries is followed by stepped() before the next plan.
  const Plan& plan(TimeUs now);
  // The plan's step ended now: each prompt that it completed and each decode gave one token.
  void stepped(TimeUs now);
  // The same, and the cost model learns that it took so long.
  void stepped(TimeUs now, double us);
  // Before the next plan: the step took so long, with all that was done for it.
  void learn(double us);
  // Instead of stepped(): nothing of the plan was computed.
  void failed();
  // For a simulator that jumps. Until when, without an event, all plans are the one just made: its
  // decodes, a token longer each time; kNever: it was empty, so nothing will change it.
  TimeUs next_change(TimeUs now) const;
  // So many steps are alike until then, at least 1 for a plan with entries.
  std::int64_t steps_alike(TimeUs now) const;
  // What `steps` of them take together.
  double alike_us(std::int64_t steps) const;
  // Instead of stepped(): so many steps alike ended, the last one now.
  void stepped_alike(TimeUs now, std::int64_t steps);
  // A turn's decode gave so many tokens beyond one (speculation); at least one.
  void gave_more(TurnId turn, std::int32_t tokens);
  // A turn's decode gave none: it computed a part of what is certain before its next token.
  void gave_none(TurnId turn);
  // To bring its answer to an end takes at least so many tokens from here; a sentence is thought to
  // take kSentence. For `finish`, which begins the ending in time.
  void needs_to_end(TurnId turn, std::int32_t tokens);
  // Before a turn's prompt is begun: so many of its tokens are cached by now.
  void cached(TurnId turn, std::int32_t tokens);
  // Not planned until it is let go: another turn is just computing what they share. That is our
  // own affair, so its deadline counts on.
  void hold(TurnId turn, bool held);
  // Not planned until it goes on: its reader lags behind. So long its deadline stands still, which
  // makes every due time later; after kStillMax in all it runs on and has lost its guarantee.
  void pause(TimeUs now, TurnId turn);
  void go_on(TimeUs now, TurnId turn);
  // Whether the first of two turns with work in their prompts is planned no later than the second,
  // and neither held nor without memory.
  bool goes_before(TurnId first, TurnId second) const;
  // The turn's answer is complete, or nobody wants it any more. Unknown turns are ignored.
  void ended(TurnId turn);

  std::int32_t live() const { return static_cast<std::int32_t>(turns_.size()); }
  const CostModel& cost() const { return cost_; }
  const Limits& limits() const { return limits_; }
  std::int64_t missed() const { return missed_; }  // Guarantees that were not kept.
  // When each live turn's next token is due: tell(turn, due), in no order. kNever: there is no
  // deadline, or it stands still.
  template <typename Tell>
  void each_due(Tell&& tell) const {
    for (const Live& turn : turns_) tell(turn.spec.id, turn.stands_still() ? kNever : turn.due);
  }

 private:
  static constexpr std::int32_t kNotPlanned = -1;
  static constexpr std::int32_t kPassedOver = -2;  // Not a token of its prompt fits.
  static constexpr std::int32_t kSentence = 24;    // Tokens in which a sentence should end.

  struct Live {
    TurnSpec spec;
    std::int64_t order = 0;  // Of arrival.
    std::int32_t prompt_left = 0, context = 0, given = 0;
    TimeUs first_due = kNever, gap_us = kNever, total_due = kNever;
    TimeUs pace_from = 0;  // Token j of the answer is due at pace_from + j * gap_us.
    TimeUs due = kNever;   // Of the next token.
    TimeUs first_given = 0, last_given = 0;
    TimeUs paused_at = kNever;
    TimeUs still_us = 0;  // So long its deadline stood still in earlier pauses.
    std::int32_t planned = kNotPlanned;
    std::int32_t to_end = kSentence;
    std::int32_t expected = 0;  // Tokens of the answer, in a forecast.
    bool guaranteed = false, has_memory = false, held = false;
    bool late = false, asked_to_finish = false, asked_to_stop = false;

    bool is_paused() const { return paused_at < kNever; }
    bool stands_still() const { return is_paused() && still_us < kStillMax; }
    bool waits() const { return held || is_paused(); }
    bool decodes() const { return !waits() && prompt_left == 0 && given < spec.max_tokens; }
    bool has_prompt() const { return prompt_left > 0; }
    bool has_work_in_prompt() const { return !waits() && has_memory && has_prompt(); }
    bool finishes() const { return spec.deadline.on_miss == OnMiss::kFinish; }
    std::int64_t longest() const { return std::int64_t{spec.prompt_tokens} + spec.max_tokens; }
  };

  // scheduler.cc: who is let in.
  Scheduler(const Limits& limits, const CostModel& cost, std::nullptr_t no_forecast);
  Live make_live(const TurnSpec& spec);
  std::int64_t memory_of(const Live& turn) const {
    const std::int64_t page = limits_.page_tokens;
    return page == 1 ? turn.longest() : ((turn.longest() + page - 1) / page + 1) * page;
  }
  bool is_full() const { return live() == limits_.turns_max; }
  Live* find(TurnId turn);
  const Live* find(TurnId turn) const { return const_cast<Scheduler*>(this)->find(turn); }
  std::int64_t owed_memory(TimeUs now) const;
  void level_work(std::uint32_t tenant);
  static Demand demand_of(const Live& turn, TimeUs now);
  static TimeUs still(const Live& turn, TimeUs now);
  static void stand_still(Live& turn, TimeUs us);
  void end_long_pauses(TimeUs now);
  static void go_on(Live& turn, TimeUs now);
  Steps steps_at(double utilisation) const {
    return {limits_.step_max_us, limits_.step_rows_max, utilisation};
  }
  bool fits(TimeUs now, const Live& newcomer);
  bool fits_alone(TimeUs now, const Live& newcomer);
  // forecast.cc: when a refused turn would be.
  TimeUs retry_after(TimeUs now, const TurnSpec& spec);
  TimeUs forecast(TimeUs now, const TurnSpec& spec);
  std::int32_t expected_tokens(const Live& turn) const;
  void end_expected();
  std::int64_t steps_to_an_end() const;
  // plan.cc: what the next step computes.
  void settle(TimeUs now);
  static bool is_late(const Live& turn, TimeUs now) {
    return !turn.late && !turn.stands_still() && (turn.due < now || turn.total_due < now);
  }
  void miss(Live& turn, TimeUs now);
  void ask(Live& turn, Ending ending);
  void give_memory();
  void plan_guaranteed(TimeUs horizon, double budget_us);
  double predict_with_decode(const Live& turn) const;
  void plan_decode(Live& turn);
  bool takes_its_time(TimeUs now, double budget_us) const;
  double plan_prompts(TimeUs now, double budget_us);
  std::int32_t rows_to_spare(TimeUs now, TimeUs tightest) const;
  Live* next_prompt(TimeUs now, bool guaranteed_first);
  bool can_spare(TimeUs now, double us);
  void plan_unpromised(TimeUs now, double budget_us);
  enum class Chunk { kIfItFits, kRatherThanNothing };
  void plan_chunk(Live& turn, TimeUs now, double& budget_us, Chunk chunk);
  std::int32_t chunk_that_fits(const Live& turn, double budget_us) const;
  StepShape with_chunk(const Live& turn, std::int32_t tokens) const;
  std::uint64_t& work_of(std::uint32_t tenant) {
    return tenant_work_[tenant % tenant_work_.size()];
  }
  // steps.cc: what became of it.
  static TimeUs due_of(const Live& turn);
  void give(Live& turn, TimeUs now);
  void end_step(TimeUs now, std::int64_t steps);

  CostModel cost_;
  Limits limits_;
  DemandTest test_;
  std::vector<Live> turns_;
  std::unique_ptr<Scheduler> forecast_;  // Null in the one that forecasts.
  struct Forecast {
    TurnSpec spec{};
    TimeUs made_at = -kNever, then = 0;
  };
  Forecast last_forecast_;
  std::array<double, 4> usual_share_{};  // Of max_tokens that answers have, by class.
  std::vector<Demand> demands_;
  std::vector<std::uint32_t> by_due_;
  std::vector<PlanEntry> entries_;
  std::vector<PlanEnding> endings_;
  std::vector<std::uint64_t> tenant_work_;
  Plan plan_;
  StepShape shape_;     // Of the plan so far.
  StepShape everyone_;  // Of a step in which every turn that can decodes.
  double everyone_us_ = 0;
  std::int64_t rows_ = 0, arrivals_ = 0, missed_ = 0, memory_given_ = 0;
  double spare_us_ = 0;            // What promises may not fill, saved for turns without one.
  TimeUs next_spare_ = 0;          // Not asked for before.
  TimeUs step_ends_ = 0;           // By prediction, of the step under way.
  std::size_t turn_to_serve_ = 0;  // Where decodes without a guarantee begin, when not all fit.
};

}  // namespace byeol::scheduler
