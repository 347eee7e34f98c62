#include <algorithm>

#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/print.h"
#include "model/template/quote.h"

namespace byeol::model::jinja {

Result<Value> Interpreter::evaluate_call(const Expression& expression, Scope& scope) {
  const Expression& callee = *expression.items[0];
  // The two common callees need no object: value.method(…) and global(…).
  if (callee.kind == ExpressionKind::kAttribute) {
    BYEOL_TRY(const Value self, evaluate(*callee.items[0], scope));
    const Native* native = find_method(self.kind(), callee.text);
    Value value;
    if (!native) {
      BYEOL_TRY(value, located(attribute(self, callee.text), callee.at));
    }
    BYEOL_TRY(const Arguments arguments, evaluate_arguments(expression, scope));
    if (native) return located(call_native(*native, self, arguments), expression.at);
    return call_value(value, arguments, expression.at);
  }
  if (callee.kind == ExpressionKind::kName && !find_name(callee.text, scope)) {
    if (const Native* native = find_global(callee.text)) {
      BYEOL_TRY(const Arguments arguments, evaluate_arguments(expression, scope));
      return located(call_native(*native, Value(), arguments), expression.at);
    }
  }
  BYEOL_TRY(const Value value, evaluate(callee, scope));
  BYEOL_TRY(const Arguments arguments, evaluate_arguments(expression, scope));
  return call_value(value, arguments, expression.at);
}

Result<Arguments> Interpreter::evaluate_arguments(const Expression& call, Scope& scope) {
  Arguments arguments;
  for (const ArgumentSyntax& syntax : call.arguments) {
    BYEOL_TRY(Value value, evaluate(*syntax.value, scope));
    switch (syntax.kind) {
      case ArgumentSyntax::Kind::kPositional:
        arguments.positional.push_back(std::move(value));
        break;
      case ArgumentSyntax::Kind::kNamed:
        arguments.named.emplace_back(syntax.name, std::move(value));
        break;
      case ArgumentSyntax::Kind::kSpreadList: {
        BYEOL_TRY(const std::vector<Value> items,
                  located(items_of(heap_, value), syntax.value->at));
        arguments.positional.insert(arguments.positional.end(), items.begin(), items.end());
        break;
      }
      case ArgumentSyntax::Kind::kSpreadMapping:
        if (!value.is(Kind::kMapping))
          return error_at(syntax.value->at,
                          std::string("'**' expected a mapping, found ") + kind_name(value.kind()));
        for (const auto& [key, item] : value.mapping().entries) {
          if (!key.is(Kind::kString))
            return error_at(syntax.value->at, "'**' expected a mapping with strings as keys");
          arguments.named.emplace_back(key.string(), item);
        }
        budget().spend(value.mapping().entries.size());
        break;
    }
  }
  return arguments;
}

// Every function may look at each byte of the strings that it is given; one that does more than
// that charges for it itself.
bool Interpreter::charge_texts(const Value& self, const Arguments& arguments) {
  const auto bytes = [](const Value& value) {
    return value.is(Kind::kString) ? value.string().size() : 0;
  };
  std::size_t total = bytes(self);
  for (const Value& value : arguments.positional) total += bytes(value);
  for (const auto& [name, value] : arguments.named) total += bytes(value);
  return budget().spend(total / 16);
}

Result<Value> Interpreter::call_native(const Native& native, const Value& self,
                                       const Arguments& arguments) {
  BYEOL_TRY(std::vector<const Value*> bound, bind(native, arguments));
  if (!charge_texts(self, arguments)) return Value();
  Call call{*this, heap_, self, std::move(bound), arguments};
  return native.function(call);
}

Result<Value> Interpreter::call_value(const Value& callee, const Arguments& arguments,
                                      Position at) {
  if (callee.is(Kind::kUndefined)) return error_at(at, callee.why_undefined());
  if (callee.is(Kind::kCallable)) {
    const Callable& callable = callee.object<Callable>();
    if (callable.macro) return call_macro(callable, arguments, at);
    return located(call_native(*callable.native, callable.self, arguments), at);
  }
  if (callee.is(Kind::kLoop)) return call_loop(callee.object<Loop>(), arguments, at);
  if (callee.is(Kind::kJoiner)) {
    Joiner& joiner = callee.object<Joiner>();
    return std::exchange(joiner.used, true) ? joiner.separator : constant_text("");
  }
  return error_at(at, std::string("a ") + kind_name(callee.kind()) + " cannot be called");
}

Result<Value> Interpreter::call_macro(const Callable& callable, const Arguments& arguments,
                                      Position at) {
  if (!budget().allows_call_nesting(++nesting_)) return exhausted(at);
  ScopeGuard guard(*this, callable.scope);
  BYEOL_TRY_OK(bind_macro(*callable.macro, arguments, guard.scope(), at));
  Output out(budget());
  BYEOL_TRY([[maybe_unused]] const Flow flow, execute(callable.macro->body, guard.scope(), out));
  --nesting_;
  return heap_.text(out.text());
}

Status Interpreter::bind_macro(const MacroStatement& macro, const Arguments& arguments,
                               Scope& inner, Position at) {
  const std::string name = "the macro " + quoted(macro.name) + " ";
  const auto& parameters = macro.parameters;
  const auto given = arguments.positional.size();
  std::vector<bool> used(arguments.named.size(), false);
  const auto take_named = [&](std::string_view wanted) -> const Value* {
    for (std::size_t i = 0; i < used.size(); ++i)
      if (!used[i] && arguments.named[i].first == wanted) {
        used[i] = true;
        return &arguments.named[i].second;
      }
    return nullptr;
  };

  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Value* named = i < given ? nullptr : take_named(parameters[i].name);
    if (i < given) {
      set_name(inner, parameters[i].name, arguments.positional[i]);
    } else if (named) {
      set_name(inner, parameters[i].name, *named);
    } else if (parameters[i].otherwise) {
      BYEOL_TRY(Value value, evaluate(*parameters[i].otherwise, inner));
      set_name(inner, parameters[i].name, std::move(value));
    } else {
      set_name(inner, parameters[i].name,
               heap_.undefined("parameter '" + parameters[i].name + "' was not provided"));
    }
  }

  if (macro.uses_caller) {
    const Value* caller = take_named("caller");
    set_name(inner, "caller", caller ? *caller : heap_.undefined("No caller defined"));
  }
  if (macro.uses_varargs) {
    std::vector<Value> rest;
    for (std::size_t i = parameters.size(); i < given; ++i) rest.push_back(arguments.positional[i]);
    set_name(inner, "varargs", heap_.sequence(std::move(rest), Kind::kTuple));
  } else if (given > parameters.size()) {
    return error_at(at, name + "takes at most " + std::to_string(parameters.size()) +
                            " arguments, found " + std::to_string(given));
  }
  Mapping* rest = macro.uses_kwargs ? &heap_.make<Mapping>() : nullptr;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto& [key, value] = arguments.named[i];
    if (used[i]) continue;
    if (!rest) return error_at(at, name + "has no free parameter " + quoted(key));
    heap_.grow(2);
    rest->set(heap_.text(key), value);
  }
  if (rest) set_name(inner, "kwargs", Value(rest));
  return ok();
}

Result<Value> Interpreter::call_loop(const Loop& loop, const Arguments& arguments, Position at) {
  if (!loop.block) return error_at(at, "'loop' cannot be called; expected '{% for … recursive %}'");
  if (arguments.positional.size() != 1 || !arguments.named.empty())
    return error_at(at, "'loop' expected one argument: what to walk");
  if (!budget().allows_call_nesting(++nesting_)) return exhausted(at);
  Output out(budget());
  BYEOL_TRY_OK(
      execute_loop(*loop.block, arguments.positional[0], loop.depth0 + 1, *loop.scope, out));
  --nesting_;
  return heap_.text(out.text());
}

Result<Value> Interpreter::evaluate_filter(const Expression& expression, const Value* head,
                                           Scope& scope) {
  Value value;
  const ExpressionPtr& filtered = expression.items[0];
  if (!filtered) {
    value = *head;
  } else if (filtered->kind == ExpressionKind::kFilter && head) {
    BYEOL_TRY(value, evaluate_filter(*filtered, head, scope));
  } else {
    BYEOL_TRY(value, evaluate(*filtered, scope));
  }
  BYEOL_TRY(const Arguments arguments, evaluate_arguments(expression, scope));
  return located(filter(expression.text, value, arguments), expression.at);
}

Result<Value> Interpreter::evaluate_test(const Expression& expression, Scope& scope) {
  BYEOL_TRY(const Value value, evaluate(*expression.items[0], scope));
  BYEOL_TRY(const Arguments arguments, evaluate_arguments(expression, scope));
  BYEOL_TRY(const bool holds, located(test(expression.text, value, arguments), expression.at));
  return Value(holds);
}

Result<Value> Interpreter::filter(std::string_view name, const Value& value,
                                  const Arguments& arguments) {
  const Native* native = find_filter(name);
  if (!native) return Error{ErrorCode::kUnsupported, "there is no filter " + quoted(name)};
  return call_native(*native, value, arguments);
}

Result<bool> Interpreter::test(std::string_view name, const Value& value,
                               const Arguments& arguments) {
  const Native* native = find_test(name);
  if (!native) return Error{ErrorCode::kUnsupported, "there is no test " + quoted(name)};
  BYEOL_TRY(const Value holds, call_native(*native, value, arguments));
  return is_true(holds);
}

}  // namespace byeol::model::jinja
