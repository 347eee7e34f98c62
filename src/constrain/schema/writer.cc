#include "constrain/schema/writer.h"

namespace byeol::constrain {
namespace {

// Texts are written one by one up to so many, so that alternatives share their beginnings.
constexpr std::size_t kMostTexts = 256;
constexpr std::string_view kSpaces = "[ \\t\\n\\r]{0,20}";

}  // namespace

Writer::Writer(GrammarBuilder& builder, Forms& forms, Spacing spacing)
    : builder_(builder), forms_(forms), spacing_(spacing), space_(builder.empty()) {
  if (spacing == Spacing::kAny) {
    const Result<Language> spaces = Language::of_regex(kSpaces, forms.budget());
    // A budget that is spent is met again by whatever comes next.
    if (spaces) {
      auto automaton = spaces->spell(Language::Spelling::kText, forms.budget());
      if (automaton) space_ = builder.regular(*std::move(automaton));
    }
  }
  const bool spaced = spacing == Spacing::kSpaced;
  comma_ = builder.sequence({builder.text(spaced ? ", " : ","), space_});
  colon_ = builder.sequence({space_, builder.text(spaced ? ": " : ":"), space_});
  quote_ = builder.text("\"");
  open_array_ = builder.sequence({builder.text("["), space_});
  close_array_ = builder.text("]");
  open_object_ = builder.sequence({builder.text("{"), space_});
  close_object_ = builder.text("}");
}

Result<NodeId> Writer::value(Child child) {
  if (child == kNoChild) return builder_.nothing();
  const auto [at, is_new] = written_.emplace(child, Written{});
  if (!is_new) {
    Written& written = at->second;
    if (written.node < 0) written.node = builder_.declare("value " + std::to_string(child));
    return written.node;
  }
  if (depth_ == Forms::kDeepest)
    return invalid("", "too complex: values are nested deeper than " +
                           std::to_string(Forms::kDeepest) + " levels");
  ++depth_;
  Result<NodeId> node = body(child);
  --depth_;
  if (!node) return node;
  Written& written = written_[child];
  if (written.node >= 0)
    builder_.define(written.node, *node);  // It contains itself.
  else
    written.node = *node;
  written.done = true;
  return written.node;
}

Result<NodeId> Writer::body(Child child) {
  BYEOL_TRY(const std::shared_ptr<const Form> form, forms_.form(child));
  std::vector<NodeId> nodes;
  for (const Alternative& one : form->alternatives) {
    BYEOL_TRY(const NodeId node, alternative(one));
    nodes.push_back(node);
  }
  return builder_.choice(std::move(nodes));
}

Result<NodeId> Writer::alternative(const Alternative& alternative) {
  if (std::holds_alternative<NullForm>(alternative)) return builder_.text("null");
  if (const auto* const one = std::get_if<BooleanForm>(&alternative)) {
    std::vector<NodeId> values;
    if (one->may_be_true) values.push_back(builder_.text("true"));
    if (one->may_be_false) values.push_back(builder_.text("false"));
    return builder_.choice(std::move(values));
  }
  if (const auto* const one = std::get_if<NumberForm>(&alternative)) return number(*one);
  if (const auto* const one = std::get_if<StringForm>(&alternative)) return string(*one);
  if (const auto* const one = std::get_if<ArrayForm>(&alternative)) return array(*one);
  if (const auto* const one = std::get_if<ObjectForm>(&alternative)) return object(*one);
  return builder_.text(write_json(std::get<ValueForm>(alternative).value, spacing_));
}

Result<NodeId> Writer::number(const NumberForm& number) {
  BYEOL_TRY(const Language language, forms_.language(number));
  if (language.is_empty()) return builder_.nothing();
  if (number.spellings) {
    if (const auto texts = language.texts(kMostTexts)) {
      std::vector<NodeId> nodes;
      for (const std::string& text : *texts) nodes.push_back(builder_.text(text));
      return builder_.choice(std::move(nodes));
    }
  }
  return characters(language, Language::Spelling::kText);
}

Result<NodeId> Writer::characters(const Language& language, Language::Spelling spelling) {
  if (language.is_empty()) return builder_.nothing();
  BYEOL_TRY(auto automaton, language.spell(spelling, forms_.budget()));
  return builder_.regular(std::move(automaton));
}

Result<NodeId> Writer::any_characters() {
  if (!any_characters_) {
    BYEOL_TRY(any_characters_,
              characters(Language::anything(), spacing_ == Spacing::kAny
                                                   ? Language::Spelling::kJsonAnyEscape
                                                   : Language::Spelling::kJson));
  }
  return *any_characters_;
}

Result<NodeId> Writer::string(const StringForm& string) {
  const auto spelling =
      spacing_ == Spacing::kAny ? Language::Spelling::kJsonAnyEscape : Language::Spelling::kJson;
  if (string.language && !string.language->is_anything()) {
    BYEOL_TRY(const Language language, forms_.language(string));
    if (const auto texts = language.texts(kMostTexts)) {
      std::vector<NodeId> nodes;
      for (const std::string& text : *texts) nodes.push_back(builder_.text(json_quoted(text)));
      return builder_.choice(std::move(nodes));
    }
    BYEOL_TRY(const NodeId inner, characters(language, spelling));
    return builder_.sequence({quote_, inner, quote_});
  }
  // A length alone is counted, whatever it is: no automaton has so many states.
  if (!one_character_) {
    BYEOL_TRY(const Language one, Language::of_length(1, 1, forms_.budget()));
    BYEOL_TRY(one_character_, characters(one, spelling));
  }
  BYEOL_TRY(const NodeId any, any_characters());
  if (string.max != kUnlimited)
    return builder_.sequence(
        {quote_, builder_.repeat(*one_character_, string.min, string.max), quote_});
  return builder_.sequence(
      {quote_, builder_.repeat(*one_character_, string.min, string.min), any, quote_});
}

}  // namespace byeol::constrain
