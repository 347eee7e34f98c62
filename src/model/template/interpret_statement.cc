#include <algorithm>

#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/print.h"
#include "model/template/quote.h"

namespace byeol::model::jinja {

Result<std::string> Interpreter::run(const Block& block, const Mapping& variables) {
  ScopeGuard root(*this, nullptr);
  for (const auto& [name, value] : variables.entries) set_name(root.scope(), name.string(), value);
  Output out(budget());
  BYEOL_TRY([[maybe_unused]] const Flow flow, execute(block, root.scope(), out));
  if (budget().exhausted()) return exhausted({});
  return out.text();
}

Error Interpreter::exhausted(Position at) const {
  return error_at(at, heap_.budget().sentence(), ErrorCode::kUnsupported);
}

Result<Interpreter::Flow> Interpreter::execute(const Block& block, Scope& scope, Output& out) {
  for (const Statement& statement : block) {
    if (!budget().allows_call_nesting(++nesting_)) return exhausted(statement.at);
    BYEOL_TRY(const Flow flow, execute(statement, scope, out));
    --nesting_;
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::execute(const Statement& statement, Scope& scope,
                                               Output& out) {
  const auto& node = statement.node;
  if (const auto* text = std::get_if<TextStatement>(&node)) {
    out.append(text->text);
    return Flow::kNext;
  }
  if (const auto* print = std::get_if<PrintStatement>(&node)) {
    BYEOL_TRY(const Value value, evaluate(*print->value, scope));
    out.append(value.is(Kind::kString) ? value.string() : to_text(budget(), value));
    return Flow::kNext;
  }
  if (const auto* branch = std::get_if<IfStatement>(&node)) return execute_if(*branch, scope, out);
  if (const auto* loop = std::get_if<ForStatement>(&node)) return execute_for(*loop, scope, out);
  if (const auto* set = std::get_if<SetStatement>(&node)) return execute_set(*set, scope);
  if (const auto* set = std::get_if<SetBlockStatement>(&node))
    return execute_set_block(*set, scope);
  if (const auto* with = std::get_if<WithStatement>(&node)) return execute_with(*with, scope, out);
  if (const auto* call = std::get_if<CallBlockStatement>(&node))
    return execute_call_block(*call, scope, out);
  if (const auto* filter = std::get_if<FilterBlockStatement>(&node))
    return execute_filter_block(*filter, scope, out);
  if (const auto* macro = std::get_if<MacroStatement>(&node)) {
    set_name(scope, macro->name, make_macro(*macro, scope));
    return Flow::kNext;
  }
  return std::holds_alternative<BreakStatement>(node) ? Flow::kBreak : Flow::kContinue;
}

Result<Interpreter::Flow> Interpreter::execute_if(const IfStatement& statement, Scope& scope,
                                                  Output& out) {
  for (const IfStatement::Branch& branch : statement.branches) {
    BYEOL_TRY(const Value condition, evaluate(*branch.condition, scope));
    if (is_true(condition)) return execute(branch.body, scope, out);
  }
  return execute(statement.otherwise, scope, out);
}

Result<Interpreter::Flow> Interpreter::execute_for(const ForStatement& statement, Scope& scope,
                                                   Output& out) {
  BYEOL_TRY(const Value items, evaluate(*statement.items, scope));
  BYEOL_TRY_OK(execute_loop(statement, items, 0, scope, out));
  return Flow::kNext;
}

Result<std::vector<Value>> Interpreter::loop_items(const ForStatement& statement,
                                                   const Value& items, Scope& scope) {
  BYEOL_TRY(std::vector<Value> all, located(items_of(heap_, items), statement.items->at));
  if (!statement.condition) return all;
  std::vector<Value> kept;
  for (Value& item : all) {
    ScopeGuard guard(*this, &scope);
    BYEOL_TRY_OK(assign(statement.target, item, guard.scope()));
    BYEOL_TRY(const Value condition, evaluate(*statement.condition, guard.scope()));
    if (is_true(condition)) kept.push_back(std::move(item));
  }
  return kept;
}

Status Interpreter::execute_loop(const ForStatement& statement, const Value& items,
                                 std::int64_t depth0, Scope& scope, Output& out) {
  BYEOL_TRY(std::vector<Value> walked, loop_items(statement, items, scope));
  const std::size_t bytes = walked.size() * sizeof(Value);
  if (!budget().hold(bytes)) return exhausted(statement.items->at);
  Loop& loop = heap_.make<Loop>();
  loop.items = std::move(walked);
  loop.depth0 = depth0;
  loop.scope = &scope;
  if (statement.recursive) loop.block = &statement;
  BYEOL_TRY(const bool completed_a_turn, walk_loop(statement, loop, scope, out));
  // A template may have kept the loop object: what it walked is gone, and so may be its scope.
  loop.items = {};
  loop.block = nullptr;
  budget().release(bytes);
  if (completed_a_turn) return ok();
  ScopeGuard guard(*this, &scope);
  BYEOL_TRY([[maybe_unused]] const Flow flow, execute(statement.otherwise, guard.scope(), out));
  return ok();
}

// Whether a turn reached its end: as in jinja2, one cut short by break or continue does not keep
// the else block from running.
Result<bool> Interpreter::walk_loop(const ForStatement& statement, Loop& loop, Scope& scope,
                                    Output& out) {
  bool completed_a_turn = false;
  for (loop.index0 = 0; loop.index0 < loop.items.size(); ++loop.index0) {
    if (!budget().spend(2)) return exhausted(statement.items->at);
    ScopeGuard turn(*this, &scope);
    set_name(turn.scope(), "loop", Value(static_cast<Object*>(&loop)));
    BYEOL_TRY_OK(assign(statement.target, loop.items[loop.index0], turn.scope()));
    BYEOL_TRY(const Flow flow, execute(statement.body, turn.scope(), out));
    if (flow == Flow::kBreak) break;
    completed_a_turn |= flow == Flow::kNext;
  }
  return completed_a_turn;
}

Result<Interpreter::Flow> Interpreter::execute_set(const SetStatement& statement, Scope& scope) {
  BYEOL_TRY(const Value value, evaluate(*statement.value, scope));
  BYEOL_TRY_OK(assign(statement.target, value, scope));
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::execute_set_block(const SetBlockStatement& statement,
                                                         Scope& scope) {
  BYEOL_TRY(Value text, rendered(statement.body, scope));
  if (statement.filter) {
    BYEOL_TRY(text, evaluate_filter(*statement.filter, &text, scope));
  }
  BYEOL_TRY_OK(assign(statement.target, text, scope));
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::execute_with(const WithStatement& statement, Scope& scope,
                                                    Output& out) {
  ScopeGuard guard(*this, &scope);
  for (std::size_t i = 0; i < statement.targets.size(); ++i) {
    BYEOL_TRY(const Value value, evaluate(*statement.values[i], scope));
    BYEOL_TRY_OK(assign(statement.targets[i], value, guard.scope()));
  }
  return execute(statement.body, guard.scope(), out);
}

Result<Interpreter::Flow> Interpreter::execute_call_block(const CallBlockStatement& statement,
                                                          Scope& scope, Output& out) {
  BYEOL_TRY(const Value callee, evaluate(*statement.call->items[0], scope));
  BYEOL_TRY(Arguments arguments, evaluate_arguments(*statement.call, scope));
  arguments.named.emplace_back("caller", make_macro(statement.caller, scope));
  BYEOL_TRY(const Value text, call_value(callee, arguments, statement.call->at));
  out.append(to_text(budget(), text));
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::execute_filter_block(const FilterBlockStatement& statement,
                                                            Scope& scope, Output& out) {
  BYEOL_TRY(const Value text, rendered(statement.body, scope));
  BYEOL_TRY(const Value filtered, evaluate_filter(*statement.filter, &text, scope));
  out.append(to_text(budget(), filtered));
  return Flow::kNext;
}

Result<Value> Interpreter::rendered(const Block& block, Scope& scope) {
  ScopeGuard guard(*this, &scope);
  Output out(budget());
  BYEOL_TRY([[maybe_unused]] const Flow flow, execute(block, guard.scope(), out));
  return heap_.text(out.text());
}

Status Interpreter::assign(const Target& target, const Value& value, Scope& scope) {
  if (!target.parts.empty()) {
    BYEOL_TRY(const std::vector<Value> values, located(items_of(heap_, value), target.at));
    if (values.size() != target.parts.size())
      return error_at(target.at, "expected " + std::to_string(target.parts.size()) +
                                     " values to unpack, found " + std::to_string(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i)
      BYEOL_TRY_OK(assign(target.parts[i], values[i], scope));
    return ok();
  }
  if (target.attribute.empty()) {
    set_name(scope, target.name, value);
    return ok();
  }
  const Value* owner = find_name(target.name, scope);
  if (!owner || !owner->is(Kind::kNamespace))
    return error_at(target.at,
                    "cannot set an attribute of " + quoted(target.name) + "; expected a namespace");
  heap_.grow(1);
  owner->object<Namespace>().attributes.set(constant_text(target.attribute), value);
  return ok();
}

}  // namespace byeol::model::jinja
