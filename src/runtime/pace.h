// How an answer keeps its deadline: when its tokens came, against when they were due. Token j is
// due at max(first due, first given) + j * gap, as in the scheduler. While its reader paused it, no
// deadline runs, for scheduler::kStillMax in all: judged is the time without such pauses, told are
// the times that passed.
//
// Threads: belongs to one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "runtime/turn.h"

namespace byeol::runtime {

class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Pace(const Deadline& deadline, Time arrived) : deadline_(deadline), arrived_(arrived) {}

  void pause(Time now);
  void go_on(Time now);
  void token(Time now);
  // The answer is over. Of one that did not come whole, the token that it waited for may be late.
  DeadlineReport report(Time now, bool complete) const;

 private:
  std::int64_t since_arrival_us(Time time) const;
  // The same without the pauses, as far as they count.
  std::int64_t judged_us(Time time) const;
  // Of the next token, as the gap has it.
  std::int64_t next_due_us() const;
  void miss(Missed limit);

  Deadline deadline_;
  Time arrived_;
  std::int64_t tokens_ = 0;
  std::int64_t first_us_ = 0, last_us_ = 0, max_gap_us_ = 0;
  std::int64_t first_judged_us_ = 0, paused_us_ = 0;
  std::optional<Time> paused_at_;
  Missed missed_ = Missed::kNothing;
};

}  // namespace byeol::runtime
