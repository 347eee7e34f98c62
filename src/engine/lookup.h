// Guesses how a sequence goes on by looking up where its last tokens stood before: what followed
// there is the draft. Texts that repeat their prompt (copying, editing, quoting, code) are guessed
// well; others are not, and a caller that watches its luck asks for nothing.
//
// Rule: of the n-grams of kShortest to kLongest tokens that end the sequence, the longest that
// occurred before counts, at its latest earlier occurrence. A draft that reaches the end of the
// sequence goes on with itself, so a period repeats.
//
// Cost: append() looks into seven tables, some 50 ns; draft() compares nothing that was not hashed
// and takes about as long. 60 to 116 bytes for each token of tokens_max, taken at construction;
// nothing allocates later. Threads: an object belongs to one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/batch.h"

namespace byeol::engine {

class Lookup {
 public:
  static constexpr std::int32_t kShortest = 2;
  static constexpr std::int32_t kLongest = 8;
  static constexpr std::int32_t kMatchMax = 32;  // Longer matches are not told apart.

  explicit Lookup(std::int32_t tokens_max);

  // There must be room.
  void append(model::TokenId token);
  std::span<const model::TokenId> tokens() const { return tokens_; }

  struct Draft {
    std::int32_t tokens = 0;  // Written: all of `out`, or none where nothing matches.
    std::int32_t match = 0;   // So many tokens before the draft are those before its source, at
                              // most kMatchMax.
  };
  Draft draft(std::span<model::TokenId> out) const;

 private:
  // The n-grams of one length. An occurrence is named by its end: the number of tokens up to it.
  struct Table {
    std::vector<std::int32_t> slots;  // By hash, linear probing: the latest occurrence; 0: free.
    std::int32_t earlier = 0;         // Of the one that ends the sequence; 0: none.
  };

  bool same(std::int32_t a, std::int32_t b, std::int32_t length) const;
  std::int32_t match_length(std::int32_t end, std::int32_t known) const;

  std::int32_t tokens_max_;
  std::vector<model::TokenId> tokens_;
  std::array<Table, kLongest - kShortest + 1> tables_;
};

}  // namespace byeol::engine
