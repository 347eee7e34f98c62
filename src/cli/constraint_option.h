// What an answer may be: --schema, --regex, --choice or --grammar, one of them.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/constraint_cache.h"

namespace byeol::cli {

class ConstraintOption {
 public:
  // The app keeps pointers into this object: it must not move, and must outlive the parsing.
  explicit ConstraintOption(CLI::App& app);
  ConstraintOption(const ConstraintOption&) = delete;
  ConstraintOption& operator=(const ConstraintOption&) = delete;

  // Null where none was given. Errors: a file that cannot be read, and what is wrong in it.
  Result<std::shared_ptr<constrain::Matcher>> matcher(const model::Tokenizer& tokenizer) const;

 private:
  std::string schema_path_, regex_, grammar_path_;
  std::vector<std::string> choices_;
};

}  // namespace byeol::cli
