// The right side of a definition in Lark.
#include <utility>

#include "base/utf8.h"
#include "constrain/notation/lark_pattern.h"
#include "constrain/notation/lark_reader.h"

namespace byeol::constrain {
namespace {

constexpr int kDeepest = 100;

}  // namespace

Result<ExpressionId> LarkReader::choice(int depth) {
  if (depth > kDeepest) return reader_.error("groups are nested too deeply");
  const Place place = reader_.place();
  std::vector<ExpressionId> ways;
  while (true) {
    BYEOL_TRY(ways.emplace_back(), sequence(depth));
    if (depth == 0 && !goes_on()) break;
    if (!reader_.take_if("|")) break;
  }
  return definitions_.choice(std::move(ways), place);
}

// Outside of groups a line ends a definition, unless the next one begins with `|`.
bool LarkReader::goes_on() {
  const TextReader here = reader_;
  skip(true);
  if (reader_.peek() == '|') return true;
  reader_ = here;
  return false;
}

Result<ExpressionId> LarkReader::sequence(int depth) {
  const Place place = reader_.place();
  std::vector<ExpressionId> parts;
  while (true) {
    skip(depth > 0);
    const char c = reader_.peek();
    if (reader_.take_if("->")) {  // The name of an alternative, for trees.
      skip(false);
      if (reader_.take_word("_").empty()) return reader_.error("expected a name after ->");
      skip(depth > 0);
      break;
    }
    if (reader_.at_end() || c == '|' || c == ')' || c == ']' || c == '\n' || c == '\r') break;
    BYEOL_TRY(const ExpressionId one, item(depth));
    BYEOL_TRY(parts.emplace_back(), quantified(one));
  }
  return definitions_.sequence(std::move(parts), place);
}

Result<ExpressionId> LarkReader::item(int depth) {
  const char c = reader_.peek();
  if (c == '(' || c == '[') return group(depth);
  if (c == '"') return text();
  if (c == '/') return regex();
  if (is_letter(c) || c == '_') return name();
  if (c == '<') return reader_.unsupported("tokens in a grammar (<name>)");
  if (c == '%') return reader_.unsupported("%json and other directives in a rule");
  if (c == '@') return reader_.unsupported("references to other grammars (@name)");
  if (c == '&' || c == '~') return reader_.unsupported("intersections and complements (& and ~)");
  return reader_.error("expected a name, a text, a regular expression or a group");
}

Result<ExpressionId> LarkReader::group(int depth) {
  const Place place = reader_.place();
  const bool optional = reader_.take() == '[';
  BYEOL_TRY(const ExpressionId inside, choice(depth + 1));
  if (!reader_.take_if(optional ? "]" : ")"))
    return reader_.error(optional ? "expected ]" : "expected )");
  if (!optional) return inside;
  return definitions_.repeat(inside, 0, 1, place);
}

Result<ExpressionId> LarkReader::name() {
  const Place place = reader_.place();
  const std::string_view name = reader_.take_word("_");
  if (reader_.peek() == '{' && !is_digit(reader_.peek(1)) && reader_.peek(1) != ',')
    return reader_.unsupported("templates");
  if (is_terminal(name)) return terminal(definitions_.reference(name, place), place);
  if (in_terminal_)
    return error_at(place,
                    "a terminal is made of terminals, and \"" + std::string(name) + "\" is a rule");
  return definitions_.reference(name, place);
}

Result<ExpressionId> LarkReader::terminal(Result<ExpressionId> what, Place place) {
  if (in_terminal_ || !what) return what;
  BYEOL_TRY(const ExpressionId ignored, definitions_.reference(kIgnored, place));
  return definitions_.sequence({ignored, *what}, place);
}

Result<char32_t> LarkReader::escape() {
  const Place place = reader_.place();
  if (reader_.at_end()) return reader_.error("nothing after \\");
  switch (const char32_t c = reader_.take()) {
    case 'n':
      return U'\n';
    case 't':
      return U'\t';
    case 'r':
      return U'\r';
    case 'f':
      return U'\f';
    case 'v':
      return U'\v';
    case 'b':
      return U'\b';
    case 'x':
      return reader_.hex(2);
    case 'u':
      return reader_.hex(4);
    case 'U':
      return reader_.hex(8);
    case '\\':
    case '"':
    case '\'':
    case '/':
      return c;
    default:
      return error_at(place, "an escape that is not known");
  }
}

Result<std::string> LarkReader::quoted() {
  if (!reader_.take_if("\"")) return reader_.error("expected \"");
  std::string text;
  while (!reader_.take_if("\"")) {
    if (reader_.at_end() || reader_.peek() == '\n') return reader_.error("expected \"");
    if (reader_.take_if("\\")) {
      BYEOL_TRY(const char32_t c, escape());
      utf8::append(text, c);
    } else {
      text += reader_.take_bytes();
    }
  }
  return text;
}

// "text", "text"i, "a".."z"
Result<ExpressionId> LarkReader::text() {
  const Place place = reader_.place();
  BYEOL_TRY(std::string text, quoted());
  if (reader_.take_if("..")) {
    BYEOL_TRY(const std::string last, quoted());
    const utf8::Decoded from = utf8::decode(text.empty() ? " " : text);
    const utf8::Decoded to = utf8::decode(last.empty() ? " " : last);
    if (from.bytes != text.size() || to.bytes != last.size())
      return error_at(place, "a range is from one character to another");
    if (to.code_point < from.code_point) return error_at(place, "a range that is out of order");
    return terminal(
        definitions_.pattern(
            "[" + pattern_of(from.code_point) + "-" + pattern_of(to.code_point) + "]", place),
        place);
  }
  const std::string_view flags = reader_.take_word("_");
  if (flags.empty()) return terminal(definitions_.text(std::move(text), place), place);
  if (flags != "i") return error_at(place, "the only flag of a text is i");
  BYEOL_TRY(std::string pattern, pattern_of_any_case(text, place));
  return terminal(definitions_.pattern(std::move(pattern), place), place);
}

Result<ExpressionId> LarkReader::regex() {
  const Place place = reader_.place();
  reader_.take();
  std::string inside;
  while (!reader_.take_if("/")) {
    if (reader_.at_end() || reader_.peek() == '\n') return reader_.error("expected /");
    const bool escaped = reader_.peek() == '\\';
    inside += reader_.take_bytes();
    if (escaped && !reader_.at_end()) inside += reader_.take_bytes();
  }
  BYEOL_TRY(std::string pattern, pattern_of_lark(inside, reader_.take_word("_"), place));
  return terminal(definitions_.pattern(std::move(pattern), place), place);
}

// x?, x*, x+, x~3, x~2..5, x{2,5}
Result<ExpressionId> LarkReader::quantified(ExpressionId what) {
  const Place place = reader_.place();
  if (reader_.take_if("?")) return definitions_.repeat(what, 0, 1, place);
  if (reader_.take_if("*")) return definitions_.repeat(what, 0, kUnlimited, place);
  if (reader_.take_if("+")) return definitions_.repeat(what, 1, kUnlimited, place);
  if (reader_.take_if("{")) {
    std::int64_t min = 0, max = kUnlimited;
    if (reader_.peek() != ',') {
      BYEOL_TRY(min, reader_.number());
      max = min;
    }
    if (reader_.take_if(",")) {
      max = kUnlimited;
      if (reader_.peek() != '}') {
        BYEOL_TRY(max, reader_.number());
      }
    }
    if (!reader_.take_if("}")) return reader_.error("expected }");
    return definitions_.repeat(what, min, max, place);
  }
  const TextReader here = reader_;
  skip(false);
  if (!reader_.take_if("~")) {
    reader_ = here;
    return what;
  }
  skip(false);
  BYEOL_TRY(const std::int64_t min, reader_.number());
  std::int64_t max = min;
  if (reader_.take_if("..")) {
    BYEOL_TRY(max, reader_.number());
  }
  return definitions_.repeat(what, min, max, place);
}

}  // namespace byeol::constrain
