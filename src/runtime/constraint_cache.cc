#include "runtime/constraint_cache.h"

#include <iterator>
#include <unordered_set>
#include <utility>

namespace byeol::runtime {
namespace {

constrain::VocabularyOptions options_of(const model::Tokenizer& tokenizer) {
  constrain::VocabularyOptions options;
  for (model::TokenId token = 0; token < tokenizer.size(); ++token) {
    options.token_bytes.emplace_back(tokenizer.piece(token));
    if (tokenizer.is_end_of_generation(token)) {
      options.end_tokens.push_back(token);
      options.token_bytes.back().clear();
    }
  }
  options.tokenize = [&tokenizer](std::string_view text) {
    return tokenizer.encode(text, {.add_special = false, .parse_special = false});
  };
  return options;
}

std::size_t bytes_of(const constrain::Grammar& grammar) {
  std::unordered_set<const constrain::ByteAutomaton*> seen;
  std::size_t bytes = grammar.size() * sizeof(constrain::Node);
  for (std::size_t i = 0; i < grammar.size(); ++i) {
    const constrain::Node& node = grammar.node(static_cast<constrain::NodeId>(i));
    bytes += node.text.capacity() + node.children.capacity() * sizeof(constrain::NodeId);
    if (node.automaton && seen.insert(node.automaton.get()).second)
      bytes += node.automaton->memory_bytes();
  }
  return bytes;
}

}  // namespace

std::shared_ptr<const constrain::Vocabulary> ConstraintCache::vocabulary() {
  std::call_once(vocabulary_made_,
                 [this] { vocabulary_ = constrain::Vocabulary::make(options_of(tokenizer_)); });
  return vocabulary_;
}

void ConstraintCache::use(std::list<Entry>::iterator entry) {
  entries_.splice(entries_.begin(), entries_, entry);
  make_room();
}

// They grow while they are used, so they are measured again.
void ConstraintCache::make_room() {
  std::size_t bytes = 0, kept = 0;
  auto entry = std::next(entries_.begin());
  for (; entry != entries_.end() && ++kept < kMostKept; ++entry) {
    bytes += entry->fixed_bytes + entry->matcher->memory_bytes();
    if (bytes > most_bytes_) break;
  }
  for (auto old = entry; old != entries_.end(); ++old) by_name_.erase(old->name);
  entries_.erase(entry, entries_.end());
}

Result<std::shared_ptr<constrain::Matcher>> ConstraintCache::get(const std::string& name,
                                                                 const Write& write) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
      use(found->second);
      return found->second->matcher;
    }
  }
  constrain::Budget budget;
  constrain::GrammarBuilder builder(budget);
  BYEOL_TRY(const constrain::NodeId root, write(builder, budget));
  BYEOL_TRY(std::shared_ptr<const constrain::Grammar> grammar, builder.build(root));
  const std::size_t fixed_bytes = 2 * name.size() + bytes_of(*grammar);
  auto matcher =
      std::make_shared<constrain::Matcher>(std::move(grammar), vocabulary(), kMatcherBytes);
  const std::lock_guard lock(mutex_);
  // Another thread may have been faster; its is shared already.
  if (const auto found = by_name_.find(name); found != by_name_.end())
    return found->second->matcher;
  entries_.push_front({name, matcher, fixed_bytes});
  by_name_.emplace(name, entries_.begin());
  make_room();
  return matcher;
}

}  // namespace byeol::runtime
