// Reads Lark's statements; lark_expansion.cc reads what stands on a definition's right side.
#include <utility>

#include "constrain/notation/lark_common.h"
#include "constrain/notation/lark_reader.h"
#include "constrain/notation/notations.h"

namespace byeol::constrain {

Result<Definitions> LarkReader::read() {
  skip(true);
  while (!reader_.at_end()) {
    BYEOL_TRY_OK(reader_.peek() == '%' ? directive() : definition());
    skip(false);
    if (!reader_.at_end() && reader_.peek() != '\n' && reader_.peek() != '\r')
      return reader_.error("expected the end of the line");
    skip(true);
  }
  std::vector<ExpressionId> ways;
  if (ignored_.empty()) {
    BYEOL_TRY(ways.emplace_back(), definitions_.sequence({}, {}));
  } else {
    BYEOL_TRY(const ExpressionId one, definitions_.choice(std::move(ignored_), {}));
    BYEOL_TRY(ways.emplace_back(), definitions_.repeat(one, 0, kUnlimited, {}));
  }
  BYEOL_TRY_OK(definitions_.define(kIgnored, ways[0], {}));
  return std::move(definitions_);
}

void LarkReader::skip(bool lines) {
  while (true) {
    const char c = reader_.peek();
    if (c == '#' || reader_.sees("//")) {
      while (!reader_.at_end() && reader_.peek() != '\n') reader_.take();
    } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
      reader_.take();
    } else {
      return;
    }
  }
}

bool LarkReader::is_terminal(std::string_view name) {
  const std::size_t first = name.find_first_not_of('_');
  return first != std::string_view::npos && name[first] >= 'A' && name[first] <= 'Z';
}

Status LarkReader::definition() {
  const Place place = reader_.place();
  while (reader_.peek() == '?' || reader_.peek() == '!') reader_.take();  // Of the tree's shape.
  const std::string_view name = reader_.take_word("_");
  if (name.empty()) return reader_.error("expected the name of a rule or of a terminal");
  if (reader_.peek() == '{') return reader_.unsupported("templates");
  if (reader_.peek() == '[') return reader_.unsupported("attributes of rules");
  if (reader_.take_if(".")) {  // A priority: of parses, not of texts.
    reader_.take_if("-");
    BYEOL_TRY_OK(reader_.number());
  }
  skip(false);
  if (!reader_.take_if(":")) return reader_.error("expected : after \"" + std::string(name) + "\"");
  in_terminal_ = is_terminal(name);
  BYEOL_TRY(const ExpressionId body, choice(0));
  return definitions_.define(name, body, place);
}

Status LarkReader::directive() {
  const Place place = reader_.place();
  reader_.take();
  const std::string_view name = reader_.take_word("_");
  skip(false);
  if (name == "ignore") {
    in_terminal_ = true;
    BYEOL_TRY(ignored_.emplace_back(), choice(0));
    return ok();
  }
  if (name == "import") return import_common();
  return error_at(place, "%" + std::string(name) + " is not supported", ErrorCode::kUnsupported);
}

// %import common.A, %import common.A -> B, %import common (A, B)
Status LarkReader::import_common() {
  if (reader_.take_word("_") != "common")
    return reader_.unsupported("imports of other than common");
  if (reader_.take_if(".")) {
    const std::string_view name = reader_.take_word("_");
    skip(false);
    std::string_view alias = name;
    if (reader_.take_if("->")) {
      skip(false);
      alias = reader_.take_word("_");
      if (!is_terminal(alias)) return reader_.error("expected the name of a terminal");
    }
    return import_terminal(name, alias);
  }
  skip(false);
  if (!reader_.take_if("(")) return reader_.error("expected .NAME or (NAME, …) after common");
  do {
    skip(true);
    const std::string_view name = reader_.take_word("_");
    BYEOL_TRY_OK(import_terminal(name, name));
    skip(true);
  } while (reader_.take_if(","));
  return reader_.take_if(")") ? ok() : reader_.error("expected )");
}

Status LarkReader::import_terminal(std::string_view name, std::string_view alias) {
  const Place place = reader_.place();
  const auto pattern = lark_common(name);
  if (!pattern) return reader_.error("common has no terminal \"" + std::string(name) + "\"");
  BYEOL_TRY(const ExpressionId body, definitions_.pattern(std::string(*pattern), place));
  return definitions_.define(alias, body, place);
}

Result<NodeId> add_lark(GrammarBuilder& builder, std::string_view grammar, Budget& budget) {
  BYEOL_TRY(TextReader reader, TextReader::make(grammar));
  BYEOL_TRY(Definitions definitions, LarkReader(std::move(reader), budget).read());
  return definitions.compile("start", builder);
}

}  // namespace byeol::constrain
