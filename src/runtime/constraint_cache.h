// Constraints of a model: grammars over its vocabulary, compiled once and kept while they are used
// and, as long as all of them take no more than a budget of bytes, longer; those that were used
// last. What two requests share, they share with all that was learned of it.
//
// Threads: any; compiling happens on the caller's, outside of every lock.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "constrain/constraint.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::runtime {

class ConstraintCache {
 public:
  static constexpr std::size_t kUsualBytes = 256 << 20;
  // `tokenizer` outlives it. What it keeps takes at most `most_bytes` after each get(), the
  // constraint that was asked for not counted.
  explicit ConstraintCache(const model::Tokenizer& tokenizer, std::size_t most_bytes = kUsualBytes)
      : tokenizer_(tokenizer), most_bytes_(most_bytes) {}

  // Writes the grammar and returns its root.
  using Write =
      std::function<Result<constrain::NodeId>(constrain::GrammarBuilder&, constrain::Budget&)>;
  // The constraint of this name; `write` is called where there is none. Names of different grammars
  // must differ. Errors: those of `write` and of GrammarBuilder::build().
  Result<std::shared_ptr<constrain::Matcher>> get(const std::string& name, const Write& write);

  // The model's tokens as a constraint sees them; made at the first call (a tenth of a second for
  // 262,144 tokens).
  std::shared_ptr<const constrain::Vocabulary> vocabulary();

 private:
  // Each get() asks all of them for their size.
  static constexpr std::size_t kMostKept = 256;
  // Of what one constraint learned of its grammar, masks not counted.
  static constexpr std::size_t kMatcherBytes = 16 << 20;

  struct Entry {
    std::string name;
    std::shared_ptr<constrain::Matcher> matcher;
    std::size_t fixed_bytes;  // Of its name and its grammar: what does not grow.
  };

  void use(std::list<Entry>::iterator entry);
  void make_room();

  const model::Tokenizer& tokenizer_;
  const std::size_t most_bytes_;
  std::once_flag vocabulary_made_;
  std::shared_ptr<const constrain::Vocabulary> vocabulary_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // The newest use first.
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace byeol::runtime
