// What one answer may still be. Between two tokens it says which may follow (a mask), which must
// (forced ones), whether the answer may end, and how many tokens the shortest end takes.
//
// Forced tokens: where only one text can follow, it is cut into tokens as the tokenizer cuts it.
// The last of them is left open where a longer token could begin as it does and still be allowed:
// it is then chosen like any other. So forced tokens are decided once, in order, and whoever takes
// them one by one or all at once gets the same answer.
//
// Threads: a Matcher is shared and locks; a Constraint belongs to one.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "constrain/automaton.h"
#include "constrain/vocabulary.h"

namespace byeol::constrain {

// The tokens that may follow; kept for every state that was met.
struct Mask {
  TokenSet tokens;  // End tokens among them where the answer may end.
  std::int32_t count = 0;
  std::vector<TokenId> few;  // All of them, ascending, where there are at most kFew.
  static constexpr std::int32_t kFew = 512;
  // False: to find all would have taken too long (mask.h). It then has some of them, the next one
  // on the way to the end among them; a Constraint takes the others as well.
  bool is_whole = true;
};

// A grammar over a vocabulary, with what was learned of it: for all answers that use it.
class Matcher {
 public:
  // Where what was learned takes more than `most_memory` bytes it is forgotten, and learned again.
  static constexpr std::size_t kUsualMemory = 64 << 20;
  Matcher(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary,
          std::size_t most_memory = kUsualMemory);
  ~Matcher();
  const Vocabulary& vocabulary() const;
  std::size_t memory_bytes() const;  // Of what was learned.

 private:
  friend class Constraint;
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

class Constraint {
 public:
  explicit Constraint(std::shared_ptr<Matcher> matcher);
  ~Constraint();
  // A copy goes its own way from here: what an answer would be allowed if it went on so and so.
  Constraint(const Constraint& other);
  Constraint(Constraint&&) noexcept;
  Constraint& operator=(Constraint&&) noexcept;

  const Vocabulary& vocabulary() const;
  // What may follow now. Not empty, unless is_over().
  std::shared_ptr<const Mask> mask();
  // What must follow now, in order; empty where the next token is to be chosen.
  std::span<const TokenId> forced();
  // Whether mask(), or forced() where that has any, was found out before: it then costs nothing,
  // and asking for it teaches the Matcher nothing.
  bool is_known();
  // Whether mask() was asked for before: it then costs nothing.
  bool has_mask();
  // The next token. False: it may not follow, and nothing has changed. (A token that would write a
  // name again where none may be, which the mask leaves out, is taken.)
  bool take(TokenId token);
  bool may_end();
  bool is_over();  // Nothing but the end can follow, or an end token was taken.
  // Tokens of a short way to the end, an end token not counted; 0 where the answer may end here.
  std::int32_t tokens_to_end();
  // Bytes of the shortest end (a control token counts as one): known, where tokens are not. Names
  // that must differ may take some more.
  std::int64_t bytes_to_end();
  // Whether tokens_to_end() <= left. Cheap where that is plenty and no names are to be kept apart:
  // no way to the end is made.
  bool ends_within(std::int32_t left);
  // `token`, or where the answer could not be ended within `left` tokens after it (it included),
  // the token that is on the way to the end. Where ends_within(left).
  TokenId steer(TokenId token, std::int32_t left);

 private:
  struct Progress;
  std::unique_ptr<Progress> progress_;
};

}  // namespace byeol::constrain
