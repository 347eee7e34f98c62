#include "runtime/constraint_cache.h"

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

}  // namespace

std::shared_ptr<const constrain::Vocabulary> ConstraintCache::vocabulary() {
  std::call_once(vocabulary_made_,
                 [this] { vocabulary_ = constrain::Vocabulary::make(options_of(tokenizer_)); });
  return vocabulary_;
}

Result<std::shared_ptr<constrain::Matcher>> ConstraintCache::get(const std::string& name,
                                                                 const Write& write) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->matcher;
    }
  }
  constrain::Budget budget;
  constrain::GrammarBuilder builder(budget);
  BYEOL_TRY(const constrain::NodeId root, write(builder, budget));
  BYEOL_TRY(std::shared_ptr<const constrain::Grammar> grammar, builder.build(root));
  auto matcher = std::make_shared<constrain::Matcher>(std::move(grammar), vocabulary());
  const std::lock_guard lock(mutex_);
  // Another thread may have been faster; its is shared already.
  if (const auto found = by_name_.find(name); found != by_name_.end())
    return found->second->matcher;
  entries_.push_front({name, matcher});
  by_name_.emplace(name, entries_.begin());
  if (entries_.size() > kKept) {
    by_name_.erase(entries_.back().name);
    entries_.pop_back();
  }
  return matcher;
}

}  // namespace byeol::runtime
