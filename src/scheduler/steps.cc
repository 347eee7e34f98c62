#include <algorithm>

#include "base/check.h"
#include "scheduler/scheduler.h"

namespace byeol::scheduler {
namespace {

constexpr std::uint64_t kAnswerWeight = 4;  // A token of an answer counts as so many of a prompt.

}  // namespace

// Of the next token. A gap is below kLongest, so the product of a long answer's is cut off.
TimeUs Scheduler::due_of(const Live& turn) {
  if (turn.given >= turn.spec.max_tokens) return kNever;
  const bool paced = turn.gap_us < kNever / (turn.given + 1);
  return std::min(turn.total_due, paced ? later(turn.pace_from, turn.gap_us * turn.given) : kNever);
}

void Scheduler::give(Live& turn, TimeUs now) {
  if (turn.given++ == 0) {
    turn.first_given = now;
    turn.pace_from = turn.first_due < kNever ? std::max(turn.first_due, now) : now;
  }
  turn.last_given = now;
  turn.due = due_of(turn);
}

void Scheduler::end_step(TimeUs now, std::int64_t steps) {
  step_ends_ = 0;
  double unpromised_us = 0;
  for (Live& turn : turns_) {
    if (turn.planned < 0) continue;
    double us;
    if (turn.planned > 0) {
      us = prompt_us(cost_, turn.planned, turn.context);
      turn.prompt_left -= turn.planned;
      turn.context += turn.planned;
      work_of(turn.spec.tenant) += static_cast<std::uint64_t>(turn.planned);
    } else {
      us = cost_.cost().decode * static_cast<double>(steps);
      turn.context += static_cast<std::int32_t>(steps);
      turn.given += static_cast<std::int32_t>(steps - 1);
      if (steps > 1) turn.due = due_of(turn);
      work_of(turn.spec.tenant) += kAnswerWeight * static_cast<std::uint64_t>(steps);
    }
    if (!turn.guaranteed) unpromised_us += us;
    turn.planned = kNotPlanned;
    if (turn.has_prompt()) continue;
    if (is_late(turn, now)) miss(turn, now);
    give(turn, now);
  }
  const auto most = static_cast<double>(limits_.step_max_us);
  spare_us_ += (1 - limits_.utilisation) * alike_us(steps) - unpromised_us;
  spare_us_ = std::clamp(spare_us_, -most, most);
}

void Scheduler::stepped(TimeUs now) {
  end_step(now, 1);
}

void Scheduler::stepped(TimeUs now, double us) {
  learn(us);
  stepped(now);
}

void Scheduler::learn(double us) {
  if (!entries_.empty()) cost_.learn(shape_, us);
}

void Scheduler::failed() {
  step_ends_ = 0;
  for (Live& turn : turns_) turn.planned = kNotPlanned;
}

double Scheduler::alike_us(std::int64_t steps) const {
  // Each step's contexts are longer by a token than those of the step before.
  const double longer = cost_.cost().context * static_cast<double>(shape_.decodes);
  const auto count = static_cast<double>(steps);
  return count * plan_.predicted_us + longer * count * (count - 1) / 2;
}

std::int64_t Scheduler::steps_alike(TimeUs now) const {
  if (entries_.empty()) return 0;
  if (shape_.prefill_tokens > 0 || shape_.decodes != everyone_.decodes) return 1;
  // Half as long again, a step would still be within every pace.
  const double longest_us = 1.5 * plan_.predicted_us;
  const double longer = cost_.cost().context * static_cast<double>(shape_.decodes);
  auto steps = static_cast<std::int64_t>(longer > 0 ? 0.5 * plan_.predicted_us / longer : 1e9);
  for (const Live& turn : turns_) {
    if (turn.has_work_in_prompt()) return 1;
    if (!turn.decodes()) continue;
    steps = std::min<std::int64_t>(steps, turn.spec.max_tokens - turn.given);
    if (turn.guaranteed && static_cast<double>(turn.gap_us) < longest_us) return 1;
    if (turn.total_due < kNever) {
      const double left = static_cast<double>(turn.total_due - now) / longest_us - turn.to_end - 1;
      steps = std::min(steps, static_cast<std::int64_t>(left));
    }
  }
  return std::max<std::int64_t>(steps, 1);
}

TimeUs Scheduler::next_change(TimeUs now) const {
  if (entries_.empty()) return kNever;
  return now + static_cast<TimeUs>(alike_us(steps_alike(now)));
}

void Scheduler::stepped_alike(TimeUs now, std::int64_t steps) {
  BYEOL_CHECK(steps == 1 || shape_.prefill_tokens == 0);
  end_step(now, steps);
}

void Scheduler::gave_more(TurnId id, std::int32_t tokens) {
  Live* const turn = find(id);
  if (turn == nullptr || turn->given == 0) return;
  turn->context += tokens;
  turn->given += tokens - 1;
  work_of(turn->spec.tenant) += kAnswerWeight * static_cast<std::uint64_t>(tokens);
  give(*turn, turn->last_given);
}

void Scheduler::gave_none(TurnId id) {
  Live* const turn = find(id);
  if (turn == nullptr || turn->given == 0) return;
  --turn->given;
  --turn->context;
  work_of(turn->spec.tenant) -= kAnswerWeight;
  turn->due = due_of(*turn);
}

void Scheduler::needs_to_end(TurnId id, std::int32_t tokens) {
  if (Live* const turn = find(id)) turn->to_end = std::max(tokens, kSentence);
}

}  // namespace byeol::scheduler
