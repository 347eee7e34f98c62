// Constraints of a model: grammars over its vocabulary, compiled once and kept while they are used
// and a while longer. What two requests share, they share with all that was learned of it.
//
// Threads: any; compiling happens on the caller's, outside of every lock.
#pragma once

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
  // `tokenizer` outlives it.
  explicit ConstraintCache(const model::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

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
  static constexpr std::size_t kKept = 64;

  struct Entry {
    std::string name;
    std::shared_ptr<constrain::Matcher> matcher;
  };

  const model::Tokenizer& tokenizer_;
  std::once_flag vocabulary_made_;
  std::shared_ptr<const constrain::Vocabulary> vocabulary_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // The newest use first.
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace byeol::runtime
