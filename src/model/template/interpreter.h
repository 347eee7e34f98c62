// Walks a syntax tree once: scopes, statements and expressions → the text of the prompt. One
// Interpreter is one rendering on one thread; the tree is shared and never written.
//
// Scopes are those of jinja2: a for block (each turn), a macro, a with, filter, call, set or
// generation block has names of its own; if has none; what is set inside does not leave. A macro
// sees the scope that it was defined in as it is at the time of the call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/template/call.h"
#include "model/template/syntax.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

struct Scope {
  Scope* parent = nullptr;
  std::vector<std::pair<std::string_view, Value>> names;  // The names live in the syntax tree.
  bool captured = false;  // A macro may still look into it after its block has ended.
};

// Text being written; what it holds is charged until it goes.
class Output {
 public:
  explicit Output(Budget& budget) : budget_(budget) {}
  ~Output() { budget_.release(text_.size()); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void append(std::string_view text) {
    if (budget_.allows_output(text_.size() + text.size()) && budget_.spend(text.size() / 32) &&
        budget_.hold(text.size()))
      text_ += text;
  }
  const std::string& text() const { return text_; }

 private:
  Budget& budget_;
  std::string text_;
};

class Interpreter {
 public:
  Interpreter(Heap& heap, std::int64_t now_seconds) : heap_(heap), now_seconds_(now_seconds) {}

  Result<std::string> run(const Block& block, const Mapping& variables);

  Heap& heap() { return heap_; }
  Budget& budget() { return heap_.budget(); }
  std::int64_t now_seconds() const { return now_seconds_; }

  // For functions written in C++; their errors carry no place yet.
  Result<Value> attribute(const Value& value, std::string_view name);  // value.name
  Result<Value> item(const Value& value, const Value& key);            // value[key]
  Result<Value> filter(std::string_view name, const Value& value, const Arguments& arguments);
  Result<bool> test(std::string_view name, const Value& value, const Arguments& arguments);
  Result<Value> call_native(const Native& native, const Value& self, const Arguments& arguments);

 private:
  enum class Flow { kNext, kBreak, kContinue };

  // Statements (interpret_statement.cc).
  Result<Flow> execute(const Block& block, Scope& scope, Output& out);
  Result<Flow> execute(const Statement& statement, Scope& scope, Output& out);
  Result<Flow> execute_if(const IfStatement& statement, Scope& scope, Output& out);
  Result<Flow> execute_for(const ForStatement& statement, Scope& scope, Output& out);
  Status execute_loop(const ForStatement& statement, const Value& items, std::int64_t depth0,
                      Scope& scope, Output& out);
  Result<bool> walk_loop(const ForStatement& statement, Loop& loop, Scope& scope, Output& out);
  Result<std::vector<Value>> loop_items(const ForStatement& statement, const Value& items,
                                        Scope& scope);
  Result<Flow> execute_set(const SetStatement& statement, Scope& scope);
  Result<Flow> execute_set_block(const SetBlockStatement& statement, Scope& scope);
  Result<Flow> execute_with(const WithStatement& statement, Scope& scope, Output& out);
  Result<Flow> execute_call_block(const CallBlockStatement& statement, Scope& scope, Output& out);
  Result<Flow> execute_filter_block(const FilterBlockStatement& statement, Scope& scope,
                                    Output& out);
  Result<Value> rendered(const Block& block, Scope& scope);  // In a scope of its own, as a string.
  Status assign(const Target& target, const Value& value, Scope& scope);

  // Expressions (interpret_expression.cc, interpret_call.cc).
  Result<Value> evaluate(const Expression& expression, Scope& scope);
  Result<Value> evaluate_inside(const Expression& expression, Scope& scope);
  Result<Value> evaluate_list(const Expression& expression, Scope& scope);
  Result<Value> evaluate_mapping(const Expression& expression, Scope& scope);
  Result<Value> evaluate_slice(const Expression& expression, Scope& scope);
  Result<Value> evaluate_concat(const Expression& expression, Scope& scope);
  Result<Value> evaluate_comparison(const Expression& expression, Scope& scope);
  Result<Value> evaluate_conditional(const Expression& expression, Scope& scope);
  Result<bool> compare(Comparison comparison, const Value& a, const Value& b);
  Result<Value> evaluate_call(const Expression& expression, Scope& scope);
  Result<Value> evaluate_filter(const Expression& filter, const Value* head, Scope& scope);
  Result<Value> evaluate_test(const Expression& expression, Scope& scope);
  bool charge_texts(const Value& self, const Arguments& arguments);
  Result<Arguments> evaluate_arguments(const Expression& call, Scope& scope);
  Result<Value> call_value(const Value& callee, const Arguments& arguments, Position at);
  Result<Value> call_macro(const Callable& macro, const Arguments& arguments, Position at);
  Status bind_macro(const MacroStatement& macro, const Arguments& arguments, Scope& inner,
                    Position at);
  Result<Value> call_loop(const Loop& loop, const Arguments& arguments, Position at);
  Value make_macro(const MacroStatement& macro, Scope& scope);

  // Names and parts (interpret_lookup.cc).
  const Value* find_name(std::string_view name, Scope& scope);
  Result<Value> look_up(std::string_view name, Scope& scope);
  Value method(const Native& native, const Value& self);
  Value loop_attribute(const Loop& loop, std::string_view name);
  Result<Value> slice(const Value& value, const Value& start, const Value& stop, const Value& step);

  void set_name(Scope& scope, std::string_view name, Value value);
  Scope& open_scope(Scope* parent);
  void close_scope(Scope& scope);
  class ScopeGuard;

  Error exhausted(Position at) const;
  template <typename T>
  static Result<T> located(Result<T> result, Position at) {
    if (result) return result;
    return error_at(at, result.error().message, result.error().code);
  }

  Heap& heap_;
  std::int64_t now_seconds_;
  int nesting_ = 0;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<Scope*> free_scopes_;
};

class Interpreter::ScopeGuard {
 public:
  ScopeGuard(Interpreter& interpreter, Scope* parent)
      : interpreter_(interpreter), scope_(interpreter.open_scope(parent)) {}
  ~ScopeGuard() { interpreter_.close_scope(scope_); }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;
  Scope& scope() { return scope_; }

 private:
  Interpreter& interpreter_;
  Scope& scope_;
};

}  // namespace byeol::model::jinja
