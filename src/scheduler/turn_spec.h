// What the scheduler is told of a turn: how much work it is, and by when it is wanted.
//
// Times are microseconds since an origin that the caller chooses and keeps; they never run
// backwards. Plain values.
#pragma once

#include <cstdint>
#include <limits>

namespace byeol::scheduler {

using TimeUs = std::int64_t;
inline constexpr TimeUs kNever = std::numeric_limits<TimeUs>::max() / 4;  // Sums stay in range.

// Deadlines beyond it are none.
inline constexpr TimeUs kLongest = TimeUs{10} * 365 * 86'400'000'000;

// So long in all a deadline stands still while its turn is paused by its reader. Then it runs on
// and is promised no more: who does not read must not keep others out for ever.
inline constexpr TimeUs kStillMax = 10'000'000;

// kNever where either is.
constexpr TimeUs later(TimeUs from, TimeUs by) {
  return by >= kNever || from >= kNever ? kNever : from + by;
}

enum class TurnId : std::uint64_t {};

// Who goes first where not all can: turns with a deadline by their due times, the others by class,
// then by their tenant's work, then by arrival.
enum class TurnClass { kRealtime, kPriority, kDefault, kFlex };

// What happens to a turn that misses its deadline.
enum class OnMiss {
  kDegrade,  // It goes on without a guarantee.
  kFinish,   // It is asked to come to an end in time.
  kAbort,    // It is stopped.
};

// From the turn's arrival; kNever: no such limit.
struct Deadline {
  TimeUs first_us = kNever;  // Until the first token.
  TimeUs gap_us = kNever;    // From each token to the next, on average since the first: token j is
                             // due at max(first due, first given) + j * gap.
  TimeUs total_us = kNever;  // Until the last token.
  OnMiss on_miss = OnMiss::kDegrade;

  bool any() const { return first_us < kNever || gap_us < kNever || total_us < kNever; }
};

struct TurnSpec {
  TurnId id;
  TurnClass turn_class = TurnClass::kDefault;
  std::uint32_t tenant = 0;  // Of one class, tenants share by work.
  Deadline deadline;
  // Refused where its deadline cannot be promised; otherwise it comes in without a guarantee.
  bool insists = true;
  TimeUs arrival_us = 0;           // From when on its deadline counts: not after it is let in.
  std::int32_t prompt_tokens = 0;  // At least 1.
  std::int32_t cached_tokens = 0;  // Of the prompt, fewer than all: need not be computed.
  std::int32_t max_tokens = 0;     // Of the answer, at least 1.
};

}  // namespace byeol::scheduler
