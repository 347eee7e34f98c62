// Who begins like whom: a turn goes on from the longest beginning that is remembered by now, and
// waits while another one is computing more of what they share.
#include <algorithm>

#include "runtime/runtime.h"

namespace byeol::runtime {
namespace {

// Less is computed sooner than waited for.
constexpr std::int32_t kWorthWaiting = 2 * engine::Engine::kPageTokens;

std::int32_t common_prefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  return static_cast<std::int32_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

void Runtime::share_prefixes() {
  const std::uint64_t version = engine_->prefixes().version();
  if (!turns_changed_ && version == prefixes_seen_) return;
  turns_changed_ = false;
  prefixes_seen_ = version;
  for (Live& turn : live_) {
    if (turn.begun || turn.mean) continue;
    reopen_if_more_is_remembered(turn);
    turn.waits_for_prefix = std::ranges::any_of(
        live_, [&](const Live& leader) { return is_computing_prefix_of(leader, turn); });
    scheduler_.hold(turn.id, turn.paused || turn.waits_for_prefix);
  }
}

void Runtime::reopen_if_more_is_remembered(Live& turn) {
  const std::span<const TokenId> prompt = turn.answer->tokens();
  const auto reusable = prompt.first(prompt.size() - 1);
  if (engine_->remembered(reusable) <= turn.computed) return;
  engine_->close(turn.sequence);
  turn.sequence = engine_->open_remembered(reusable);
  turn.computed = static_cast<std::int32_t>(engine_->tokens(turn.sequence).size());
  turn.answer->started(clock_(), turn.computed);
  scheduler_.cached(turn.id, turn.computed);
}

// Only one that came earlier and is planned no later than this one: nobody waits for somebody who
// waits himself, or who may be put aside.
bool Runtime::is_computing_prefix_of(const Live& leader, const Live& turn) const {
  if (leader.id >= turn.id || leader.ended || !leader.in_prefill()) return false;
  if (leader.mean) return false;  // What it computes is not remembered.
  if (leader.paused || leader.waits_for_prefix) return false;
  if (leader.spec.turn_class > turn.spec.turn_class) return false;
  if (leader.spec.deadline.first_us > turn.spec.deadline.first_us) return false;
  const std::int32_t common = common_prefix(leader.answer->tokens(), turn.answer->tokens());
  return common >= std::max(leader.computed, turn.computed) + kWorthWaiting;
}

}  // namespace byeol::runtime
