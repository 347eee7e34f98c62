#include "runtime/answer_memory.h"

#include <algorithm>

namespace byeol::runtime {

AnswerMemory::Content AnswerMemory::content() const {
  const std::lock_guard lock(mutex_);
  return content_;
}

void AnswerMemory::add(std::span<const TokenId> answer, const Acceptance& acceptance) {
  const std::span<const TokenId> kept = answer.first(std::min(answer.size(), kTokens));
  const std::lock_guard lock(mutex_);
  std::vector<TokenId>& tokens = content_.tokens;
  tokens.insert(tokens.end(), kept.begin(), kept.end());
  if (tokens.size() > kTokens)
    tokens.erase(tokens.begin(), tokens.end() - static_cast<std::ptrdiff_t>(kTokens));
  content_.acceptance = acceptance;
}

std::shared_ptr<AnswerMemory> AnswerMemories::of(const std::shared_ptr<constrain::Matcher>& form,
                                                 std::uint32_t tenant) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept)
    std::erase_if(kept_, [](const auto& kept) { return kept.second.form.expired(); });
  if (kept_.size() >= kMostKept) kept_.clear();
  Kept& kept = kept_[{form.get(), tenant}];
  if (kept.form.lock() != form) kept = {form, std::make_shared<AnswerMemory>()};
  return kept.memory;
}

}  // namespace byeol::runtime
