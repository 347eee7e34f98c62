// Answers that were given in one form (by one constraint, for one tenant): what the next one in
// that form is guessed from. A device's commands, a game's moves and a tool's arguments resemble
// one another; prompts need not hold anything of them. Decides about speed, never about output.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "constrain/constraint.h"
#include "model/batch.h"
#include "runtime/acceptance.h"

namespace byeol::runtime {

using model::TokenId;

class AnswerMemory {
 public:
  // The newest so many tokens are kept.
  static constexpr std::size_t kTokens = 1024;

  struct Content {
    std::vector<TokenId> tokens;  // Answers, the newest last, each behind the prompt's last tokens.
    Acceptance acceptance;        // How often guesses from them were right.
  };
  Content content() const;
  // `answer`: with the tokens of the prompt that led to it. `acceptance`: as it became.
  void add(std::span<const TokenId> answer, const Acceptance& acceptance);

 private:
  mutable std::mutex mutex_;
  Content content_;
};

class AnswerMemories {
 public:
  // The one of this form and tenant; forgotten when the form is, or when there are too many.
  std::shared_ptr<AnswerMemory> of(const std::shared_ptr<constrain::Matcher>& form,
                                   std::uint32_t tenant);

 private:
  static constexpr std::size_t kMostKept = 1024;

  struct Kept {
    std::weak_ptr<constrain::Matcher> form;  // Its address may have become another one's.
    std::shared_ptr<AnswerMemory> memory;
  };
  std::mutex mutex_;
  std::map<std::pair<const constrain::Matcher*, std::uint32_t>, Kept> kept_;
};

}  // namespace byeol::runtime
