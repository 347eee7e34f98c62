// Notations that are one automaton.
#include "constrain/notation/notations.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {
namespace {

Result<NodeId> add_language(GrammarBuilder& builder, const Language& language, Budget& budget) {
  if (language.is_empty()) return builder.nothing();
  BYEOL_TRY(auto automaton, language.spell(Language::Spelling::kText, budget));
  return builder.regular(std::move(automaton));
}

}  // namespace

Result<NodeId> add_regex(GrammarBuilder& builder, std::string_view expression, Budget& budget) {
  BYEOL_TRY(const Language language, Language::of_regex(expression, budget));
  return add_language(builder, language, budget);
}

Result<NodeId> add_choice(GrammarBuilder& builder, const std::vector<std::string>& choices,
                          Budget& budget) {
  if (choices.empty())
    return Error{ErrorCode::kInvalidArgument, "a choice needs at least one text"};
  BYEOL_TRY(const Language language, Language::of_texts(choices, budget));
  return add_language(builder, language, budget);
}

}  // namespace byeol::constrain
