#include "cli/constraint_option.h"

#include "cli/read_input.h"
#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"

namespace byeol::cli {
namespace {

using constrain::Budget;
using constrain::GrammarBuilder;
using constrain::NodeId;

Error in_file(const std::string& path, const Error& error) {
  return {error.code, path + ": " + error.message};
}

}  // namespace

ConstraintOption::ConstraintOption(CLI::App& app) {
  auto* const group = app.add_option_group("What the answer may be", "One of:");
  group->require_option(0, 1);
  group
      ->add_option("--schema", schema_path_,
                   "JSON that is valid by this JSON Schema (- for standard input)")
      ->type_name("FILE");
  group->add_option("--regex", regex_, "What this regular expression matches as a whole")
      ->type_name("TEXT");
  group->add_option("--choice", choices_, "One of these texts (may be given several times)")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  group
      ->add_option("--grammar", grammar_path_,
                   "What this grammar allows: GBNF, or Lark where the file's name ends in .lark")
      ->type_name("FILE");
}

Result<std::shared_ptr<constrain::Matcher>> ConstraintOption::matcher(
    const model::Tokenizer& tokenizer) const {
  const std::string& path = schema_path_.empty() ? grammar_path_ : schema_path_;
  std::string text;
  if (!path.empty()) {
    BYEOL_TRY(text, read_input(path));
  } else if (regex_.empty() && choices_.empty()) {
    return std::shared_ptr<constrain::Matcher>();
  }
  const auto write = [&](GrammarBuilder& builder, Budget& budget) -> Result<NodeId> {
    if (!schema_path_.empty()) return constrain::add_json_schema(builder, text, {}, budget);
    if (!regex_.empty()) return constrain::add_regex(builder, regex_, budget);
    if (!choices_.empty()) return constrain::add_choice(builder, choices_, budget);
    if (grammar_path_.ends_with(".lark")) return constrain::add_lark(builder, text, budget);
    return constrain::add_gbnf(builder, text, budget);
  };
  auto matcher = runtime::ConstraintCache(tokenizer).get("", write);
  if (!matcher && !path.empty()) return in_file(path, matcher.error());
  return matcher;
}

}  // namespace byeol::cli
