#include "constrain/regular/regex.h"

#include <algorithm>
#include <utility>

#include "constrain/regular/regex_reader.h"

namespace byeol::constrain {
namespace {

constexpr int kDeepest = 200;

class Parser {
 public:
  Parser(RegexReader reader, Budget& budget) : reader_(std::move(reader)), budget_(budget) {}

  Result<Regex> parse() {
    BYEOL_TRY(regex_.root, choice(0));
    if (!reader_.at_end()) return reader_.error("a ) without (");
    return std::move(regex_);
  }

 private:
  Result<std::int32_t> add(RegexNode node) {
    BYEOL_TRY_OK(budget_.spend(1, "the regular expression"));
    regex_.nodes.push_back(std::move(node));
    return static_cast<std::int32_t>(regex_.nodes.size()) - 1;
  }

  Result<std::int32_t> chars(CharSet set) {
    auto found = std::find(regex_.sets.begin(), regex_.sets.end(), set);
    if (found == regex_.sets.end()) found = regex_.sets.insert(found, std::move(set));
    return add({.kind = RegexKind::kChars,
                .set = static_cast<std::int32_t>(found - regex_.sets.begin()),
                .children = {}});
  }

  // Up to the end or a `)`, which stays.
  Result<std::int32_t> choice(int depth) {
    if (depth > kDeepest) return reader_.error("groups are nested too deeply");
    std::vector<std::int32_t> ways;
    do {
      BYEOL_TRY(ways.emplace_back(), sequence(depth));
    } while (reader_.take_if(U"|"));
    if (ways.size() == 1) return ways[0];
    return add({.kind = RegexKind::kChoice, .children = std::move(ways)});
  }

  Result<std::int32_t> sequence(int depth) {
    std::vector<std::int32_t> parts;
    while (!reader_.at_end() && reader_.peek() != '|' && reader_.peek() != ')') {
      const bool is_group = reader_.peek() == '(';
      BYEOL_TRY(const std::int32_t part, atom(depth));
      BYEOL_TRY(parts.emplace_back(), quantified(part, is_group));
    }
    if (parts.size() == 1) return parts[0];
    return add({.kind = RegexKind::kSequence, .children = std::move(parts)});
  }

  Result<std::int32_t> atom(int depth) {
    const char32_t c = reader_.take();
    switch (c) {
      case '^':
        return add({.kind = RegexKind::kBegin, .children = {}});
      case '$':
        return add({.kind = RegexKind::kEnd, .children = {}});
      case '(':
        return group(depth);
      case '.':
        return chars(CharSet({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}).complement());
      case '[': {
        BYEOL_TRY(CharSet set, reader_.char_class());
        return chars(std::move(set));
      }
      case '*':
      case '+':
      case '?':
        return reader_.error("nothing to repeat");
      case '{':
        if (reader_.peek() >= '0' && reader_.peek() <= '9')
          return reader_.error("nothing to repeat, or a { that should be \\{");
        break;
      case '\\': {
        if (reader_.take_if(U"b")) return add({.kind = RegexKind::kBorder, .children = {}});
        if (reader_.take_if(U"B")) return add({.kind = RegexKind::kNoBorder, .children = {}});
        if (reader_.take_if(U"A")) return add({.kind = RegexKind::kBegin, .children = {}});
        if (reader_.take_if(U"Z")) return add({.kind = RegexKind::kEnd, .children = {}});
        BYEOL_TRY(RegexAtom escaped, reader_.escape(false));
        return chars(std::move(escaped.set));
      }
      default:
        break;
    }
    return chars(CharSet({{c, c}}));
  }

  // What follows a `(`, with its `)`.
  Result<std::int32_t> group(int depth) {
    RegexKind look = RegexKind::kSequence;
    if (reader_.take_if(U"?=")) {
      look = RegexKind::kAhead;
    } else if (reader_.take_if(U"?!")) {
      look = RegexKind::kNotAhead;
    } else if (reader_.take_if(U"?<=")) {
      look = RegexKind::kBehind;
    } else if (reader_.take_if(U"?<!")) {
      look = RegexKind::kNotBehind;
    } else if (reader_.take_if(U"?<") || reader_.take_if(U"?P<")) {
      while (!reader_.take_if(U">")) {
        if (reader_.at_end() || reader_.peek() == ')') return reader_.error("expected >");
        reader_.take();
      }
    } else if (reader_.peek() == '?' && !reader_.take_if(U"?:")) {
      if (reader_.take_if(U"?P=")) return reader_.unsupported("back references");
      if (reader_.take_if(U"?>")) return reader_.unsupported("atomic groups");
      return reader_.unsupported("flags and other groups that begin with (?");
    }
    BYEOL_TRY(const std::int32_t inside, choice(depth + 1));
    if (!reader_.take_if(U")")) return reader_.error("a ( without )");
    if (look == RegexKind::kSequence) return inside;
    return add({.kind = look, .children = {inside}});
  }

  Result<std::int32_t> quantified(std::int32_t part, bool is_group) {
    RegexNode repeat{.kind = RegexKind::kRepeat, .max = -1, .children = {part}};
    if (reader_.take_if(U"*")) {
    } else if (reader_.take_if(U"+")) {
      repeat.min = 1;
    } else if (reader_.take_if(U"?")) {
      repeat.max = 1;
    } else if (reader_.peek() == '{') {
      const std::size_t place = reader_.place();
      reader_.take();
      const auto min = reader_.number();
      const bool comma = reader_.take_if(U",");
      const auto max = comma ? reader_.number() : min;
      if (!reader_.take_if(U"}") || (!min && !max)) {
        reader_.go_back(place);  // Annex B: what is no quantifier is text.
        return part;
      }
      if (!min) return reader_.unsupported("{,n}, which ECMA 262 and Python read differently");
      if (max && *max < *min) return reader_.error("a quantifier that is out of order");
      repeat.min = *min;
      repeat.max = max.value_or(-1);
    } else {
      return part;
    }
    const RegexKind kind = regex_.node(part).kind;
    if (!is_group && kind >= RegexKind::kBegin && kind <= RegexKind::kNoBorder)
      return reader_.error("an assertion that is repeated");
    reader_.take_if(U"?");  // Lazy: the same texts.
    if (reader_.take_if(U"+")) return reader_.unsupported("possessive quantifiers");
    const char32_t more = reader_.peek();
    if (!reader_.at_end() && (more == '*' || more == '?'))
      return reader_.error("nothing to repeat");
    return add(std::move(repeat));
  }

  RegexReader reader_;
  Budget& budget_;
  Regex regex_;
};

}  // namespace

Result<Regex> parse_regex(std::string_view expression, Budget& budget) {
  BYEOL_TRY(RegexReader reader, RegexReader::make(expression));
  return Parser(std::move(reader), budget).parse();
}

}  // namespace byeol::constrain
