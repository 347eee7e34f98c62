#include <algorithm>

#include "model/template/parser.h"
#include "model/template/quote.h"

namespace byeol::model::jinja {
namespace {

std::string described(const Token& token) {
  switch (token.kind) {
    case TokenKind::kText:
      return "template text";
    case TokenKind::kPrintBegin:
      return "'{{'";
    case TokenKind::kPrintEnd:
      return "'}}'";
    case TokenKind::kBlockBegin:
      return "'{%'";
    case TokenKind::kBlockEnd:
      return "'%}'";
    case TokenKind::kString:
      return "a string";
    case TokenKind::kEnd:
      return "the end of the template";
    default:
      return quoted(token.text);
  }
}

bool is_reserved(std::string_view name) {
  constexpr std::string_view kReserved[] = {"true", "True", "false", "False", "none", "None"};
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

}  // namespace

Token Parser::take() {
  Token token = tokens_[at_];
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Parser::is_operator(std::string_view text) const {
  return current().kind == TokenKind::kOperator && current().text == text;
}

bool Parser::is_word(std::string_view text) const {
  return current().kind == TokenKind::kName && current().text == text;
}

bool Parser::take_operator(std::string_view text) {
  if (!is_operator(text)) return false;
  take();
  return true;
}

bool Parser::take_word(std::string_view text) {
  if (!is_word(text)) return false;
  take();
  return true;
}

Status Parser::expect_operator(std::string_view text) {
  if (take_operator(text)) return ok();
  return expected(quoted(text));
}

Status Parser::expect_word(std::string_view text) {
  if (take_word(text)) return ok();
  return expected(quoted(text));
}

Result<std::string> Parser::expect_name() {
  if (current().kind != TokenKind::kName) return expected("a name");
  return take().text;
}

Error Parser::expected(std::string_view what) const {
  return error_at(current().at,
                  "expected " + std::string(what) + ", found " + described(current()));
}

Status Parser::enter() {
  if (++nesting_ > kMaxSyntaxNesting)
    return error_at(current().at, "the template is nested deeper than " +
                                      std::to_string(kMaxSyntaxNesting) + " levels");
  return ok();
}

Status Parser::expect_block_end() {
  if (current().kind != TokenKind::kBlockEnd) return expected("'%}'");
  take();
  return ok();
}

Result<Block> Parser::parse_template() {
  return parse_block({});
}

Result<Block> Parser::parse_block(Words end_words) {
  BYEOL_TRY_OK(enter());
  Block block;
  for (;;) {
    const Position at = current().at;
    switch (current().kind) {
      case TokenKind::kText:
        block.push_back({at, TextStatement{take().text}});
        continue;
      case TokenKind::kPrintBegin: {
        take();
        BYEOL_TRY(ExpressionPtr value, parse_tuple(true));
        if (current().kind != TokenKind::kPrintEnd) return expected("'}}'");
        take();
        block.push_back({at, PrintStatement{std::move(value)}});
        continue;
      }
      case TokenKind::kBlockBegin: {
        take();
        const bool ends = std::any_of(end_words.begin(), end_words.end(),
                                      [&](std::string_view word) { return is_word(word); });
        if (ends) {
          leave();
          return block;
        }
        BYEOL_TRY(Statement statement, parse_statement());
        BYEOL_TRY_OK(expect_block_end());
        block.push_back(std::move(statement));
        continue;
      }
      default:
        break;
    }
    if (end_words.size() > 0)
      return expected("'{% " + std::string(*(end_words.end() - 1)) + " %}'");
    leave();
    return block;
  }
}

Result<Statement> Parser::parse_statement() {
  const Position at = current().at;
  BYEOL_TRY(const std::string word, expect_name());
  if (word == "if") return parse_if(at);
  if (word == "for") return parse_for(at);
  if (word == "set") return parse_set(at);
  if (word == "macro") return parse_macro(at);
  if (word == "call") return parse_call_block(at);
  if (word == "filter") return parse_filter_block(at);
  if (word == "with") return parse_with(at);
  if (word == "generation") return parse_generation(at);
  if (word == "break" || word == "continue") {
    if (loops_ == 0) return error_at(at, quoted(word) + " stands outside of a for block");
    if (word == "break") return Statement{at, BreakStatement{}};
    return Statement{at, ContinueStatement{}};
  }
  if (word.starts_with("end") || word == "else" || word == "elif")
    return error_at(at, quoted(word) + " closes nothing that is open here");
  return error_at(at,
                  "the tag " + quoted(word) +
                      " is unknown; expected if, for, set, macro, call, filter, with, raw, "
                      "break, continue or generation",
                  ErrorCode::kUnsupported);
}

Result<Statement> Parser::parse_if(Position at) {
  IfStatement statement;
  for (;;) {
    BYEOL_TRY(ExpressionPtr condition, parse_tuple(false));
    BYEOL_TRY_OK(expect_block_end());
    BYEOL_TRY(Block body, parse_block({"elif", "else", "endif"}));
    statement.branches.push_back({std::move(condition), std::move(body)});
    if (!take_word("elif")) break;
  }
  if (take_word("else")) {
    BYEOL_TRY_OK(expect_block_end());
    BYEOL_TRY(statement.otherwise, parse_block({"endif"}));
  }
  BYEOL_TRY_OK(expect_word("endif"));
  return Statement{at, std::move(statement)};
}

Result<Statement> Parser::parse_for(Position at) {
  ForStatement statement;
  BYEOL_TRY(statement.target, parse_target(false));
  BYEOL_TRY_OK(expect_word("in"));
  BYEOL_TRY(statement.items, parse_tuple(false));
  if (take_word("if")) {
    BYEOL_TRY(statement.condition, parse_expression());
  }
  statement.recursive = take_word("recursive");
  BYEOL_TRY_OK(expect_block_end());
  ++loops_;
  BYEOL_TRY(statement.body, parse_block({"else", "endfor"}));
  --loops_;
  if (take_word("else")) {
    BYEOL_TRY_OK(expect_block_end());
    BYEOL_TRY(statement.otherwise, parse_block({"endfor"}));
  }
  BYEOL_TRY_OK(expect_word("endfor"));
  return Statement{at, std::move(statement)};
}

Result<Statement> Parser::parse_set(Position at) {
  BYEOL_TRY(Target target, parse_target(true));
  if (take_operator("=")) {
    BYEOL_TRY(ExpressionPtr value, parse_tuple(true));
    return Statement{at, SetStatement{std::move(target), std::move(value)}};
  }
  SetBlockStatement statement;
  statement.target = std::move(target);
  while (take_operator("|")) {
    BYEOL_TRY(statement.filter, parse_filter(std::move(statement.filter)));
  }
  BYEOL_TRY_OK(expect_block_end());
  BYEOL_TRY(statement.body, parse_block({"endset"}));
  take();
  return Statement{at, std::move(statement)};
}

Result<std::vector<Parameter>> Parser::parse_parameters() {
  std::vector<Parameter> parameters;
  BYEOL_TRY_OK(expect_operator("("));
  while (!is_operator(")")) {
    Parameter parameter;
    BYEOL_TRY(parameter.name, expect_name());
    if (take_operator("=")) {
      BYEOL_TRY(parameter.otherwise, parse_expression());
    } else if (!parameters.empty() && parameters.back().otherwise) {
      return expected("'=': a parameter without a default follows one that has one");
    }
    parameters.push_back(std::move(parameter));
    if (!take_operator(",")) break;
  }
  BYEOL_TRY_OK(expect_operator(")"));
  return parameters;
}

Result<Block> Parser::parse_macro_body(MacroStatement& macro, std::string_view end_word) {
  BYEOL_TRY_OK(expect_block_end());
  const int loops_outside = std::exchange(loops_, 0);
  macros_.emplace_back();
  BYEOL_TRY(Block body, parse_block({end_word}));
  take();
  const MacroUses uses = macros_.back();
  macros_.pop_back();
  loops_ = loops_outside;
  macro.uses_varargs = uses.varargs;
  macro.uses_kwargs = uses.kwargs;
  macro.uses_caller = uses.caller;
  return body;
}

Result<Statement> Parser::parse_macro(Position at) {
  MacroStatement macro;
  BYEOL_TRY(macro.name, expect_name());
  BYEOL_TRY(macro.parameters, parse_parameters());
  BYEOL_TRY(macro.body, parse_macro_body(macro, "endmacro"));
  return Statement{at, std::move(macro)};
}

Result<Statement> Parser::parse_call_block(Position at) {
  CallBlockStatement block;
  block.caller.name = "caller";
  if (is_operator("(")) {
    BYEOL_TRY(block.caller.parameters, parse_parameters());
  }
  BYEOL_TRY(block.call, parse_expression());
  if (block.call->kind != ExpressionKind::kCall)
    return error_at(block.call->at, "expected a call in the call block");
  BYEOL_TRY(block.caller.body, parse_macro_body(block.caller, "endcall"));
  return Statement{at, std::move(block)};
}

Result<Statement> Parser::parse_filter_block(Position at) {
  FilterBlockStatement block;
  BYEOL_TRY(block.filter, parse_filter(nullptr));
  while (take_operator("|")) {
    BYEOL_TRY(block.filter, parse_filter(std::move(block.filter)));
  }
  BYEOL_TRY_OK(expect_block_end());
  BYEOL_TRY(block.body, parse_block({"endfilter"}));
  take();
  return Statement{at, std::move(block)};
}

Result<Statement> Parser::parse_with(Position at) {
  WithStatement block;
  while (current().kind != TokenKind::kBlockEnd) {
    BYEOL_TRY(Target target, parse_one_target(false));
    BYEOL_TRY_OK(expect_operator("="));
    BYEOL_TRY(ExpressionPtr value, parse_expression());
    block.targets.push_back(std::move(target));
    block.values.push_back(std::move(value));
    if (!take_operator(",")) break;
  }
  BYEOL_TRY_OK(expect_block_end());
  BYEOL_TRY(block.body, parse_block({"endwith"}));
  take();
  return Statement{at, std::move(block)};
}

// Marks what the assistant said, for training; it only opens a scope here.
Result<Statement> Parser::parse_generation(Position at) {
  WithStatement block;
  BYEOL_TRY_OK(expect_block_end());
  BYEOL_TRY(block.body, parse_block({"endgeneration"}));
  take();
  return Statement{at, std::move(block)};
}

Result<Target> Parser::parse_target(bool may_be_attribute, bool in_tuple) {
  Target tuple;
  tuple.at = current().at;
  bool is_tuple = false;
  while (!is_word("in") && !is_operator("=") && !is_operator(")")) {
    BYEOL_TRY(Target part, parse_one_target(may_be_attribute));
    tuple.parts.push_back(std::move(part));
    if (!take_operator(",")) break;
    is_tuple = true;
  }
  if (tuple.parts.empty()) return expected("a name to assign to");
  if (tuple.parts.size() == 1 && !is_tuple && !in_tuple) {
    Target only = std::move(tuple.parts.front());
    return only;
  }
  return tuple;
}

Result<Target> Parser::parse_one_target(bool may_be_attribute) {
  Target target;
  target.at = current().at;
  if (take_operator("(")) {
    BYEOL_TRY_OK(enter());
    BYEOL_TRY(target, parse_target(may_be_attribute, false));
    leave();
    BYEOL_TRY_OK(expect_operator(")"));
    return target;
  }
  BYEOL_TRY(target.name, expect_name());
  if (is_reserved(target.name))
    return error_at(target.at, "cannot assign to " + quoted(target.name));
  if (may_be_attribute && take_operator(".")) {
    BYEOL_TRY(target.attribute, expect_name());
  }
  return target;
}

Result<Block> parse(std::string_view source) {
  if (source.size() > kMaxSourceBytes)
    return Error{ErrorCode::kUnsupported, "the chat template has " + std::to_string(source.size()) +
                                              " bytes; expected at most " +
                                              std::to_string(kMaxSourceBytes)};
  BYEOL_TRY(std::vector<Token> tokens, tokenize(source));
  return Parser(std::move(tokens)).parse_template();
}

}  // namespace byeol::model::jinja
