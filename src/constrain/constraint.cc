#include "constrain/constraint.h"

#include <limits>

#include "base/check.h"
#include "constrain/matcher.h"

namespace byeol::constrain {

struct Constraint::Progress {
  using State = Automaton::State;

  Progress(std::shared_ptr<Matcher> the_matcher, Matcher::Shared& of_it)
      : matcher(std::move(the_matcher)), shared(of_it) {}

  // A lock, and states that mean something.
  std::unique_lock<std::mutex> enter() {
    std::unique_lock<std::mutex> lock(shared.mutex);
    shared.make_room();
    if (generation == shared.generation) return lock;
    generation = shared.generation;
    state = shared.automaton->start();
    for (const TokenId token : taken) {
      state = shared.after(state, token);
      BYEOL_CHECK(state != Automaton::kDead);  // It took them before.
    }
    shared.allow_what_is_there();
    return lock;
  }
  void decide_forced() {
    if (decided) return;
    decided = true;
    const std::vector<TokenId>& tokens = shared.forced(state);
    pending.assign(tokens.begin(), tokens.end());
    next_pending = 0;
  }
  std::span<const TokenId> left_pending() const {
    return std::span<const TokenId>(pending).subspan(next_pending);
  }
  void find_way() {
    if (has_way) return;
    way = shared.way(state, names);
    next_way = 0;
    has_way = true;
  }
  std::span<const TokenId> left_way() const {
    return std::span<const TokenId>(way).subspan(next_way);
  }
  // Whether no end from here takes more tokens than bytes are left.
  bool ends_by_bytes(State from, std::int64_t left) const {
    return shared.vocabulary->has_usual_bytes() && !shared.has_distinct_names() &&
           shared.automaton->bytes_to_end(from) <= left;
  }
  // Tokens of a short way to the end from any state.
  std::int32_t tokens_from(std::span<const TokenId> tokens, State from) const {
    if (shared.automaton->accepts(from)) return 0;
    // No tokens spell it: it cannot be ended.
    if (tokens.empty()) return std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(tokens.size());
  }

  std::shared_ptr<Matcher> matcher;
  Matcher::Shared& shared;
  std::int64_t generation = -1;
  State state = Automaton::kDead;
  std::vector<TokenId> taken;
  bool ended = false;  // By an end token.
  DistinctNames names;
  // What must follow, once it was asked for; what of it is left begins at next_pending.
  std::vector<TokenId> pending;
  std::size_t next_pending = 0;
  bool decided = false;
  // A way to the end, as long as it is kept to.
  std::vector<TokenId> way;
  std::size_t next_way = 0;
  bool has_way = false;
};

Constraint::Constraint(std::shared_ptr<Matcher> matcher) {
  Matcher::Shared& shared = *matcher->shared_;
  progress_ = std::make_unique<Progress>(std::move(matcher), shared);
}
Constraint::~Constraint() = default;
Constraint::Constraint(const Constraint& other)
    : progress_(std::make_unique<Progress>(*other.progress_)) {}
Constraint::Constraint(Constraint&&) noexcept = default;
Constraint& Constraint::operator=(Constraint&&) noexcept = default;

const Vocabulary& Constraint::vocabulary() const {
  return progress_->matcher->vocabulary();
}

std::shared_ptr<const Mask> Constraint::mask() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  if (!now.ended && now.shared.has_distinct_names())
    return now.shared.without_repeats(now.shared.mask(now.state), now.state, now.names);
  if (!now.ended) return now.shared.mask(now.state);
  auto none = std::make_shared<Mask>();
  none->tokens = TokenSet(now.shared.vocabulary->size());
  return none;
}

std::span<const TokenId> Constraint::forced() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  if (now.ended) return {};
  now.decide_forced();
  return now.left_pending();
}

bool Constraint::is_known() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  if (now.ended || (now.decided && !now.left_pending().empty())) return true;
  return now.shared.knows(now.state);
}

bool Constraint::has_mask() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  return now.ended || now.shared.has_mask(now.state);
}

bool Constraint::take(TokenId token) {
  Progress& now = *progress_;
  const auto lock = now.enter();
  if (now.ended) return false;
  if (now.shared.vocabulary->is_end(token) && now.shared.automaton->accepts(now.state)) {
    now.ended = true;
    return true;
  }
  const Automaton::State to = now.shared.after(now.state, token);
  if (to == Automaton::kDead) return false;
  now.decide_forced();
  const auto pending = now.left_pending();
  if (pending.size() > 1 && pending[0] == token)
    ++now.next_pending;
  else
    now.decided = false;  // Nothing is left of it, or the answer went another way.
  if (now.has_way && !now.left_way().empty() && now.left_way()[0] == token)
    ++now.next_way;
  else
    now.has_way = false;
  now.shared.follow(now.state, token, to, now.names);
  now.state = to;
  now.taken.push_back(token);
  return true;
}

bool Constraint::may_end() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  return now.ended || now.shared.automaton->accepts(now.state);
}

bool Constraint::is_over() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  return now.ended || now.shared.automaton->is_complete(now.state);
}

std::int32_t Constraint::tokens_to_end() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  if (now.ended || now.shared.automaton->accepts(now.state)) return 0;
  now.find_way();
  return now.tokens_from(now.left_way(), now.state);
}

std::int64_t Constraint::bytes_to_end() {
  Progress& now = *progress_;
  const auto lock = now.enter();
  return now.ended ? 0 : now.shared.automaton->bytes_to_end(now.state);
}

bool Constraint::ends_within(std::int32_t left) {
  Progress& now = *progress_;
  const auto lock = now.enter();
  const Automaton& automaton = *now.shared.automaton;
  if (now.ended || automaton.accepts(now.state)) return left >= 0;
  if (now.ends_by_bytes(now.state, left)) return true;
  now.find_way();
  return now.tokens_from(now.left_way(), now.state) <= left;
}

TokenId Constraint::steer(TokenId token, std::int32_t left) {
  Progress& now = *progress_;
  const auto lock = now.enter();
  const Vocabulary& vocabulary = *now.shared.vocabulary;
  Automaton& automaton = *now.shared.automaton;
  const bool accepts = automaton.accepts(now.state);
  if (now.ended || (vocabulary.is_end(token) && accepts)) return token;
  const Automaton::State to = now.shared.after(now.state, token);
  if (to != Automaton::kDead && left > 0) {
    // Near enough, whatever the tokens; or on the way that is kept to; or near enough exactly.
    if (automaton.accepts(to)) return token;
    if (now.ends_by_bytes(to, left - 1)) return token;
    if (!accepts && now.has_way && !now.left_way().empty() && now.left_way()[0] == token)
      return token;
    DistinctNames names = now.names;
    now.shared.follow(now.state, token, to, names);
    if (now.tokens_from(now.shared.way(to, names), to) < left) return token;
  }
  if (accepts) return vocabulary.end_tokens().empty() ? token : vocabulary.end_tokens()[0];
  now.find_way();
  return now.left_way().empty() ? token : now.left_way()[0];
}

}  // namespace byeol::constrain
