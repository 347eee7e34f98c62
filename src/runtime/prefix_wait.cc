// Who begins like whom: a turn goes on from the longest beginning that is remembered by now, and
// waits while another one is computing more of what they share.
#include <algorithm>

#include "base/check.h"
#include "runtime/runtime.h"

namespace byeol::runtime {
namespace {

// Less is computed sooner than waited for.
constexpr std::int32_t kWorthWaiting = 2 * engine::Engine::kPageTokens;

}  // namespace

// Just before each plan, so that what it counts on is there: pages are given up in steps only.
void Runtime::share_prefixes() {
  const std::uint64_t version = engine_->prefixes().version();
  if (!turns_changed_ && version == prefixes_seen_) return;
  turns_changed_ = false;
  prefixes_seen_ = version;
  for (Live& turn : live_) {
    if (turn.begun || turn.mean) continue;
    if (const std::int32_t remembered = engine_->remembered(turn.reusable());
        remembered != turn.computed) {
      turn.computed = remembered;
      scheduler_.cached(turn.id, remembered);
    }
    turn.waits_for_prefix = std::ranges::any_of(
        live_, [&](const Live& leader) { return is_computing_prefix_of(leader, turn); });
    scheduler_.hold(turn.id, turn.waits_for_prefix);
  }
}

void Runtime::begin(Live& turn) {
  turn.begun = true;
  turn.sequence = engine_->open_remembered(turn.reusable());
  BYEOL_CHECK(static_cast<std::int32_t>(engine_->tokens(turn.sequence).size()) == turn.computed);
  turn.answer->started(clock_(), turn.computed);
}

// Only one that came earlier and is planned no later than this one: nobody waits for somebody who
// waits himself, has no memory, or may be put aside.
bool Runtime::is_computing_prefix_of(const Live& leader, const Live& turn) const {
  if (leader.id >= turn.id || leader.ended || !leader.in_prefill()) return false;
  if (leader.mean) return false;  // What it computes is not remembered.
  if (leader.paused || leader.waits_for_prefix) return false;
  const std::span<const TokenId> ours = turn.answer->tokens(), theirs = leader.answer->tokens();
  const auto wanted =
      static_cast<std::size_t>(std::max(leader.computed, turn.computed) + kWorthWaiting);
  if (std::min(ours.size(), theirs.size()) < wanted) return false;
  // Where they part is mostly here: most pairs share a beginning and no more.
  const auto newest = [wanted](std::span<const TokenId> tokens) {
    return tokens.subspan(wanted - kWorthWaiting, kWorthWaiting);
  };
  return std::ranges::equal(newest(ours), newest(theirs)) &&
         std::ranges::equal(ours.first(wanted), theirs.first(wanted)) &&
         scheduler_.goes_before(leader.id, turn.id);
}

}  // namespace byeol::runtime
