#include <utility>

#include "base/utf8.h"
#include "constrain/notation/definitions.h"
#include "constrain/notation/notations.h"
#include "constrain/notation/text_reader.h"

namespace byeol::constrain {
namespace {

constexpr int kDeepest = 100;
constexpr std::string_view kInNames = "-_";

class Gbnf {
 public:
  Gbnf(TextReader reader, Budget& budget) : reader_(std::move(reader)), definitions_(budget) {}

  Result<Definitions> read() {
    skip(true);
    while (!reader_.at_end()) {
      BYEOL_TRY_OK(rule());
      skip(true);
    }
    return std::move(definitions_);
  }

 private:
  // White space and comments; line ends only where the rule goes on after them.
  void skip(bool lines) {
    while (true) {
      const char c = reader_.peek();
      if (c == '#') {
        while (!reader_.at_end() && reader_.peek() != '\n' && reader_.peek() != '\r')
          reader_.take();
      } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
        reader_.take();
      } else {
        return;
      }
    }
  }

  Status rule() {
    const Place place = reader_.place();
    const std::string_view name = reader_.take_word(kInNames);
    if (name.empty()) return reader_.error("expected the name of a rule");
    skip(false);
    if (!reader_.take_if("::="))
      return reader_.error("expected ::= after \"" + std::string(name) + "\"");
    skip(true);
    BYEOL_TRY(const ExpressionId body, choice(0));
    if (!reader_.at_end() && reader_.peek() != '\n' && reader_.peek() != '\r')
      return reader_.error(reader_.peek() == ')' ? "a ) without ("
                                                 : "expected the end of the line");
    return definitions_.define(name, body, place);
  }

  Result<ExpressionId> choice(int depth) {
    if (depth > kDeepest) return reader_.error("groups are nested too deeply");
    const Place place = reader_.place();
    std::vector<ExpressionId> ways;
    while (true) {
      BYEOL_TRY(ways.emplace_back(), sequence(depth));
      if (depth == 0 && !goes_on()) break;
      if (!reader_.take_if("|")) break;
      skip(true);
    }
    return definitions_.choice(std::move(ways), place);
  }

  // Outside of groups a line ends a rule, unless the next one begins with `|`.
  bool goes_on() {
    TextReader here = reader_;
    skip(true);
    if (reader_.peek() == '|') return true;
    reader_ = here;
    return false;
  }

  Result<ExpressionId> sequence(int depth) {
    const Place place = reader_.place();
    std::vector<ExpressionId> parts;
    while (true) {
      const Place here = reader_.place();
      const char c = reader_.peek();
      if (c == '*' || c == '+' || c == '?' || c == '{') {
        if (parts.empty()) return reader_.error("nothing to repeat");
        BYEOL_TRY(parts.back(), repeated(parts.back(), here));
      } else if (c == '"') {
        BYEOL_TRY(parts.emplace_back(), literal(here));
      } else if (c == '[') {
        BYEOL_TRY(parts.emplace_back(), char_class(here));
      } else if (c == '(') {
        reader_.take();
        skip(true);
        BYEOL_TRY(parts.emplace_back(), choice(depth + 1));
        if (!reader_.take_if(")")) return reader_.error("expected )");
      } else if (c == '.') {
        reader_.take();
        BYEOL_TRY(parts.emplace_back(), definitions_.pattern("[^]", here));
      } else if (c == '<' || (c == '!' && reader_.peek(1) == '<')) {
        return reader_.unsupported("tokens in a grammar (<[id]>, <name>)");
      } else {
        const std::string_view name = reader_.take_word(kInNames);
        if (name.empty()) break;
        BYEOL_TRY(parts.emplace_back(), definitions_.reference(name, here));
      }
      skip(depth > 0);
    }
    return definitions_.sequence(std::move(parts), place);
  }

  Result<ExpressionId> repeated(ExpressionId what, Place place) {
    std::int64_t min = 0, max = kUnlimited;
    const char32_t sign = reader_.take();
    if (sign == '+') {
      min = 1;
    } else if (sign == '?') {
      max = 1;
    } else if (sign == '{') {
      skip(false);
      BYEOL_TRY(min, reader_.number());
      skip(false);
      max = min;
      if (reader_.take_if(",")) {
        skip(false);
        max = kUnlimited;
        if (reader_.peek() != '}') {
          BYEOL_TRY(max, reader_.number());
          skip(false);
        }
      }
      if (!reader_.take_if("}")) return reader_.error("expected }");
    }
    return definitions_.repeat(what, min, max, place);
  }

  Result<char32_t> character(char end) {
    if (reader_.at_end()) return reader_.error(std::string("expected ") + end);
    const Place place = reader_.place();
    const char32_t c = reader_.take();
    if (c != '\\') return c;
    if (reader_.at_end()) return reader_.error("nothing after \\");
    switch (const char32_t escape = reader_.take()) {
      case 'x':
        return reader_.hex(2);
      case 'u':
        return reader_.hex(4);
      case 'U':
        return reader_.hex(8);
      case 't':
        return U'\t';
      case 'r':
        return U'\r';
      case 'n':
        return U'\n';
      case '\\':
      case '"':
      case '[':
      case ']':
      case '-':
      case '^':
        return escape;
      default:
        return error_at(place, "an escape that is not known");
    }
  }

  Result<ExpressionId> literal(Place place) {
    reader_.take();
    std::string text;
    while (!reader_.take_if("\"")) {
      BYEOL_TRY(const char32_t c, character('"'));
      utf8::append(text, c);
    }
    return definitions_.text(std::move(text), place);
  }

  Result<ExpressionId> char_class(Place place) {
    reader_.take();
    std::string pattern = reader_.take_if("^") ? "[^" : "[";
    while (!reader_.take_if("]")) {
      BYEOL_TRY(const char32_t first, character(']'));
      pattern += pattern_of(first);
      if (reader_.peek() != '-' || reader_.peek(1) == ']') continue;
      reader_.take();
      BYEOL_TRY(const char32_t last, character(']'));
      if (last < first) return error_at(place, "a range that is out of order");
      pattern += "-" + pattern_of(last);
    }
    return definitions_.pattern(pattern + "]", place);
  }

  TextReader reader_;
  Definitions definitions_;
};

}  // namespace

Result<NodeId> add_gbnf(GrammarBuilder& builder, std::string_view grammar, Budget& budget) {
  BYEOL_TRY(TextReader reader, TextReader::make(grammar));
  BYEOL_TRY(Definitions definitions, Gbnf(std::move(reader), budget).read());
  return definitions.compile("root", builder);
}

}  // namespace byeol::constrain
