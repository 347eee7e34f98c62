// A grammar in Lark's notation as definitions.
//
// What %ignore names may stand before every terminal of a rule, any number of times, and so never
// behind the last one. A terminal is any text of its language, not the longest that it could be.
// Priorities, aliases and the signs that shape a tree change no text and are passed over.
//
// Errors: kInvalidArgument, kUnsupported, with line and column. Threads: an object belongs to one.
#pragma once

#include <string_view>
#include <vector>

#include "constrain/notation/definitions.h"
#include "constrain/notation/text_reader.h"

namespace byeol::constrain {

class LarkReader {
 public:
  LarkReader(TextReader reader, Budget& budget) : reader_(reader), definitions_(budget) {}

  Result<Definitions> read();

 private:
  // No name that a grammar could define.
  static constexpr std::string_view kIgnored = "%ignore";

  void skip(bool lines);
  static bool is_terminal(std::string_view name);

  Status definition();
  Status directive();
  Status import_common();
  Status import_terminal(std::string_view name, std::string_view alias);

  Result<ExpressionId> choice(int depth);
  bool goes_on();
  Result<ExpressionId> sequence(int depth);
  Result<ExpressionId> item(int depth);
  Result<ExpressionId> group(int depth);
  Result<ExpressionId> name();
  Result<ExpressionId> text();
  Result<ExpressionId> regex();
  Result<ExpressionId> quantified(ExpressionId what);
  Result<std::string> quoted();
  Result<char32_t> escape();
  // In a rule: with what may stand before it.
  Result<ExpressionId> terminal(Result<ExpressionId> what, Place place);

  TextReader reader_;
  Definitions definitions_;
  std::vector<ExpressionId> ignored_;
  bool in_terminal_ = false;  // Or in a %ignore.
};

}  // namespace byeol::constrain
