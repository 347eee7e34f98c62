#include "constrain/matcher.h"

#include <algorithm>

#include "constrain/forced.h"
#include "constrain/mask.h"

namespace byeol::constrain {
namespace {

// Of masks that are kept: a fresh start is cheaper than to know which of them was used last.
constexpr std::size_t kMostMaskBytes = 64 << 20;

}  // namespace

Matcher::Shared::Shared(std::shared_ptr<const Grammar> the_grammar,
                        std::shared_ptr<const Vocabulary> the_vocabulary,
                        std::size_t the_most_memory)
    : grammar(std::move(the_grammar)),
      vocabulary(std::move(the_vocabulary)),
      automaton(std::make_unique<Automaton>(grammar)),
      most_memory_(the_most_memory),
      limit_(the_most_memory) {}

void Matcher::Shared::make_room() {
  if (automaton->memory_bytes() <= limit_) return;
  automaton = std::make_unique<Automaton>(grammar);
  ++generation;
  limit_ = most_memory_;
  masks_.clear();
  forced_.clear();
}

void Matcher::Shared::allow_what_is_there() {
  limit_ = std::max(limit_, 2 * automaton->memory_bytes());
}

std::shared_ptr<const Mask> Matcher::Shared::mask(State state) {
  if (const auto found = masks_.find(state); found != masks_.end()) return found->second;
  MaskWork work;
  Mask made = mask_of(*automaton, state, *vocabulary, work);
  if (!made.is_whole && !automaton->accepts(state)) {
    const std::vector<TokenId> plan = way(state, {});
    if (!plan.empty() && plan[0] < vocabulary->size()) made.tokens.add(plan[0]);
    made.count = made.tokens.count();
    if (made.count <= Mask::kFew) made.few = made.tokens.tokens();
  }
  const std::size_t bytes = made.tokens.words().size() * sizeof(std::uint64_t);
  if ((masks_.size() + 1) * bytes > kMostMaskBytes) masks_.clear();
  return masks_[state] = std::make_shared<const Mask>(std::move(made));
}

const std::vector<TokenId>& Matcher::Shared::forced(State state) {
  if (const auto found = forced_.find(state); found != forced_.end()) return found->second;
  std::vector<TokenId> tokens;
  if (!automaton->accepts(state)) {  // Where the answer may end, nothing must follow.
    tokens = forced_text(*automaton, state, *vocabulary);
    // Only then: making a mask can wait until a step is under way.
    if (tokens.empty() && automaton->control_tokens(state).size() == 1) {
      const std::shared_ptr<const Mask> only = mask(state);
      if (only->is_whole && only->count == 1) tokens = only->few;
    }
  }
  return forced_[state] = std::move(tokens);
}

bool Matcher::Shared::knows(State state) const {
  const auto decided = forced_.find(state);
  if (decided == forced_.end()) return false;
  if (!decided->second.empty()) return true;
  const auto mask = masks_.find(state);
  return mask != masks_.end() && mask->second->is_whole;
}

Matcher::Shared::State Matcher::Shared::after(State state, TokenId token) {
  const std::vector<TokenId>& controls = automaton->control_tokens(state);
  if (std::ranges::find(controls, token) != controls.end())
    return automaton->next_token(state, token);
  const std::string_view bytes = vocabulary->bytes(token);
  if (bytes.empty()) return Automaton::kDead;
  for (const char byte : bytes) {
    state = automaton->next(state, static_cast<std::uint8_t>(byte));
    if (state == Automaton::kDead) break;
  }
  return state;
}

void Matcher::Shared::follow(State from, TokenId token, State to, DistinctNames& names) {
  if (!has_distinct_names()) return;
  const std::vector<TokenId>& controls = automaton->control_tokens(from);
  if (std::ranges::find(controls, token) != controls.end())
    names.enter(*automaton, to);
  else
    names.take(*automaton, from, vocabulary->bytes(token));
}

std::shared_ptr<const Mask> Matcher::Shared::without_repeats(std::shared_ptr<const Mask> all,
                                                             State state,
                                                             const DistinctNames& names) {
  std::vector<TokenId> repeats;
  for (const TokenId token : vocabulary->quoted())
    if (all->tokens.has(token) && names.would_repeat(*automaton, state, vocabulary->bytes(token)))
      repeats.push_back(token);
  if (repeats.empty() || static_cast<std::int32_t>(repeats.size()) == all->count) return all;
  auto left = std::make_shared<Mask>(*all);
  for (const TokenId token : repeats) left->tokens.remove(token);
  left->count -= static_cast<std::int32_t>(repeats.size());
  if (left->count <= Mask::kFew) left->few = left->tokens.tokens();
  return left;
}

std::vector<TokenId> Matcher::Shared::way(State state, const DistinctNames& names) {
  std::optional<std::vector<WayPart>> parts =
      has_distinct_names() ? names.way(*automaton, state) : automaton->shortest_way(state);
  if (!parts) return {};
  std::vector<TokenId> tokens;
  for (const WayPart& part : *parts) {
    if (part.token >= 0) {
      tokens.push_back(part.token);
      continue;
    }
    const std::vector<TokenId> split = vocabulary->shortest_split(part.bytes);
    if (split.empty()) return {};
    tokens.insert(tokens.end(), split.begin(), split.end());
  }
  return tokens;
}

std::size_t Matcher::Shared::memory_bytes() const {
  const std::size_t bitmap = static_cast<std::size_t>(vocabulary->size()) / 8;
  return automaton->memory_bytes() +
         masks_.size() * (bitmap + sizeof(Mask) + Mask::kFew * sizeof(TokenId));
}

Matcher::Matcher(std::shared_ptr<const Grammar> grammar,
                 std::shared_ptr<const Vocabulary> vocabulary, std::size_t most_memory)
    : shared_(std::make_unique<Shared>(std::move(grammar), std::move(vocabulary), most_memory)) {}
Matcher::~Matcher() = default;

std::size_t Matcher::memory_bytes() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->memory_bytes();
}

const Vocabulary& Matcher::vocabulary() const {
  return *shared_->vocabulary;
}

}  // namespace byeol::constrain
