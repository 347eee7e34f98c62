// Tokens → syntax tree: the statements and expressions of Jinja that chat templates use. What is
// outside of the subset (include, extends, block …) is an error that names it.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/template/syntax.h"

namespace byeol::model::jinja {

Result<Block> parse(std::string_view source);

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Block> parse_template();

 private:
  using Words = std::initializer_list<std::string_view>;
  // What the macro being parsed refers to, which decides what it accepts.
  struct MacroUses {
    bool varargs = false;
    bool kwargs = false;
    bool caller = false;
  };

  // Statements (parse_statement.cc).
  Result<Block> parse_block(Words end_words);  // Stands behind the end word afterwards.
  Result<Statement> parse_statement();
  Result<Statement> parse_if(Position at);
  Result<Statement> parse_for(Position at);
  Result<Statement> parse_set(Position at);
  Result<Statement> parse_macro(Position at);
  Result<Statement> parse_call_block(Position at);
  Result<Statement> parse_filter_block(Position at);
  Result<Statement> parse_with(Position at);
  Result<Statement> parse_generation(Position at);
  Result<std::vector<Parameter>> parse_parameters();
  Result<Block> parse_macro_body(MacroStatement& macro, std::string_view end_word);
  Result<Target> parse_target(bool may_be_attribute, bool in_tuple = false);
  Result<Target> parse_one_target(bool may_be_attribute);
  Status expect_block_end();

  // Expressions, lowest precedence first (parse_expression.cc).
  Result<ExpressionPtr> parse_expression();
  Result<ExpressionPtr> parse_tuple(bool may_be_conditional, bool in_parentheses = false);
  Result<ExpressionPtr> parse_or();
  Result<ExpressionPtr> parse_and();
  Result<ExpressionPtr> parse_not();
  Result<ExpressionPtr> parse_comparison();
  Result<ExpressionPtr> parse_sum();
  Result<ExpressionPtr> parse_concat();
  Result<ExpressionPtr> parse_product();
  Result<ExpressionPtr> parse_power();
  Result<ExpressionPtr> parse_unary(bool with_filters);
  Result<ExpressionPtr> parse_primary();
  Result<ExpressionPtr> parse_name();
  Result<ExpressionPtr> parse_list();
  Result<ExpressionPtr> parse_mapping();
  Result<ExpressionPtr> parse_postfix(ExpressionPtr value);
  Result<ExpressionPtr> parse_filters_and_tests(ExpressionPtr value);
  Result<ExpressionPtr> parse_filter(ExpressionPtr value);  // Behind the |.
  Result<ExpressionPtr> parse_test(ExpressionPtr value);    // Behind the `is`.
  Result<ExpressionPtr> parse_subscript(ExpressionPtr value);
  Result<ExpressionPtr> parse_slice(ExpressionPtr value, ExpressionPtr start, Position at);
  Result<std::vector<ArgumentSyntax>> parse_arguments();
  Result<std::string> parse_dotted_name();
  bool is_tuple_end() const;

  // Gives the node its depth, or refuses one that is too deep.
  Result<ExpressionPtr> finish(Expression expression);
  Result<ExpressionPtr> finish(ExpressionKind kind, Position at, ExpressionPtr first,
                               ExpressionPtr second = nullptr);

  // Tokens.
  const Token& current() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take();
  bool is_operator(std::string_view text) const;
  bool is_word(std::string_view text) const;
  bool take_operator(std::string_view text);
  bool take_word(std::string_view text);
  Status expect_operator(std::string_view text);
  Status expect_word(std::string_view text);
  Result<std::string> expect_name();
  Error expected(std::string_view what) const;

  Status enter();  // One level deeper; leave() undoes it.
  void leave() { --nesting_; }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  int loops_ = 0;  // For blocks around the current statement, for break and continue.
  std::vector<MacroUses> macros_;
};

}  // namespace byeol::model::jinja
