#include <algorithm>

#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/quote.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

Value missing(Heap& heap, const Value& value, std::string_view name) {
  return heap.undefined(std::string("'") + kind_name(value.kind()) +
                        (value.is(Kind::kNone) ? "'" : " object'") + " has no attribute " +
                        quoted(name));
}

std::int64_t size_of(const std::vector<Value>& items) {
  return static_cast<std::int64_t>(items.size());
}

// Every stride-th code point from `first` up (down) to `last`, which is not among them.
std::string sliced_text(std::string_view text, std::int64_t first, std::int64_t last,
                        std::int64_t stride) {
  if (stride > 0 ? first >= last : first <= last) return {};
  if (stride < 0) {  // Upwards from the lowest one, then turned around.
    const std::int64_t lowest = first - (first - last - 1) / -stride * -stride;
    return reversed(sliced_text(text, lowest, first + 1, -stride));
  }
  const auto bytes_of = [](std::string_view tail, std::int64_t points) {
    return byte_of_code_point(tail, static_cast<std::size_t>(points));
  };
  text.remove_prefix(bytes_of(text, first));
  if (stride == 1) return std::string(text.substr(0, bytes_of(text, last - first)));
  std::string sliced;
  for (std::int64_t at = first; at < last; at += stride) {
    sliced += text.substr(0, code_point_at(text, 0).bytes);
    text.remove_prefix(bytes_of(text, stride));
  }
  return sliced;
}

}  // namespace

Scope& Interpreter::open_scope(Scope* parent) {
  if (free_scopes_.empty()) {
    budget().hold(sizeof(Scope) + sizeof(void*));
    scopes_.push_back(std::make_unique<Scope>());
    free_scopes_.push_back(scopes_.back().get());
  }
  Scope& scope = *free_scopes_.back();
  free_scopes_.pop_back();
  scope.parent = parent;
  return scope;
}

void Interpreter::close_scope(Scope& scope) {
  if (scope.captured) return;  // Kept until the end of the rendering.
  scope.names.clear();
  free_scopes_.push_back(&scope);
}

const Value* Interpreter::find_name(std::string_view name, Scope& scope) {
  for (const Scope* level = &scope; level; level = level->parent) {
    budget().spend(level->names.size() / 8);
    for (const auto& [known, value] : level->names)
      if (known == name) return &value;
  }
  return nullptr;
}

void Interpreter::set_name(Scope& scope, std::string_view name, Value value) {
  budget().spend(scope.names.size() / 8);
  for (auto& [known, old] : scope.names)
    if (known == name) {
      old = std::move(value);
      return;
    }
  heap_.grow(scope.captured ? 1 : 0);
  scope.names.emplace_back(name, std::move(value));
}

Result<Value> Interpreter::look_up(std::string_view name, Scope& scope) {
  if (const Value* value = find_name(name, scope)) return *value;
  if (const Native* native = find_global(name)) return method(*native, Value());
  return heap_.undefined(quoted(name) + " is undefined");
}

Value Interpreter::method(const Native& native, const Value& self) {
  Callable& callable = heap_.make<Callable>();
  callable.native = &native;
  callable.self = self;
  return Value(static_cast<Object*>(&callable));
}

Value Interpreter::make_macro(const MacroStatement& macro, Scope& scope) {
  for (Scope* level = &scope; level && !level->captured; level = level->parent) {
    level->captured = true;
    heap_.grow(level->names.size());
  }
  Callable& callable = heap_.make<Callable>();
  callable.macro = &macro;
  callable.scope = &scope;
  return Value(static_cast<Object*>(&callable));
}

Result<Value> Interpreter::attribute(const Value& value, std::string_view name) {
  if (value.is(Kind::kUndefined)) return undefined_error(value);
  // As in Python, a mapping's methods hide its keys here: message.items is a method.
  if (const Native* native = find_method(value.kind(), name)) return method(*native, value);
  const Value* found = nullptr;
  if (value.is(Kind::kMapping)) found = value.mapping().find(name);
  if (value.is(Kind::kNamespace)) found = value.object<Namespace>().attributes.find(name);
  if (found) return *found;
  if (value.is(Kind::kLoop)) return loop_attribute(value.object<Loop>(), name);
  if (value.is(Kind::kCycler) && name == "current") {
    const Cycler& cycler = value.object<Cycler>();
    return cycler.items[cycler.position];
  }
  if (value.is(Kind::kCallable) && value.object<Callable>().macro && name == "name")
    return heap_.text(value.object<Callable>().macro->name);
  return missing(heap_, value, name);
}

Value Interpreter::loop_attribute(const Loop& loop, std::string_view name) {
  const std::int64_t length = size_of(loop.items);
  const auto index0 = static_cast<std::int64_t>(loop.index0);
  if (name == "index") return Value(index0 + 1);
  if (name == "index0") return Value(index0);
  if (name == "revindex") return Value(length - index0);
  if (name == "revindex0") return Value(length - index0 - 1);
  if (name == "first") return Value(index0 == 0);
  if (name == "last") return Value(index0 + 1 >= length);
  if (name == "length") return Value(length);
  if (name == "depth") return Value(loop.depth0 + 1);
  if (name == "depth0") return Value(loop.depth0);
  if (name == "previtem")
    return index0 > 0 && index0 <= length ? loop.items[loop.index0 - 1]
                                          : heap_.undefined("there is no previous item");
  if (name == "nextitem")
    return index0 + 1 < length ? loop.items[loop.index0 + 1]
                               : heap_.undefined("there is no next item");
  return heap_.undefined("'loop' has no attribute " + quoted(name));
}

Result<Value> Interpreter::item(const Value& value, const Value& key) {
  if (value.is(Kind::kUndefined)) return undefined_error(value);
  if (value.is(Kind::kMapping) && is_key(budget(), key))
    if (const Value* found = value.mapping().find(key)) return *found;
  if (key.is(Kind::kString)) {
    if (value.is(Kind::kMapping)) {
      const Native* native = find_method(Kind::kMapping, key.string());
      return native ? method(*native, value) : missing(heap_, value, key.string());
    }
    return attribute(value, key.string());
  }
  if (key.is(Kind::kInteger) || key.is(Kind::kBoolean)) {
    std::int64_t index = key.integer();
    if (value.is(Kind::kString)) {
      budget().spend(value.string().size() / 32);
      const std::string& text = value.string();
      if (index < 0) index += static_cast<std::int64_t>(count_code_points(text));
      const std::size_t at =
          index < 0 ? text.size() : byte_of_code_point(text, static_cast<std::size_t>(index));
      if (at < text.size()) return heap_.text(text.substr(at, code_point_at(text, at).bytes));
    } else if (value.is(Kind::kList) || value.is(Kind::kTuple)) {
      const auto& items = value.list().items;
      if (index < 0) index += size_of(items);
      if (index >= 0 && index < size_of(items)) return items[static_cast<std::size_t>(index)];
    }
    return missing(heap_, value, std::to_string(key.integer()));
  }
  return missing(heap_, value, kind_name(key.kind()));
}

Result<Value> Interpreter::slice(const Value& value, const Value& start, const Value& stop,
                                 const Value& step) {
  if (value.is(Kind::kUndefined)) return undefined_error(value);
  for (const Value* bound : {&start, &stop, &step})
    if (!bound->is(Kind::kNone) && !bound->is(Kind::kInteger) && !bound->is(Kind::kBoolean))
      return bad_argument(std::string("a slice expected integers, found ") +
                          kind_name(bound->kind()));
  const bool is_string = value.is(Kind::kString);
  if (!is_string && !value.is(Kind::kList) && !value.is(Kind::kTuple))
    return bad_argument(std::string("cannot take a slice of ") + kind_name(value.kind()));

  if (is_string) budget().spend(value.string().size() / 16);
  const std::int64_t size = is_string ? static_cast<std::int64_t>(count_code_points(value.string()))
                                      : size_of(value.list().items);
  // A longer stride ends behind the first item just as well.
  const std::int64_t stride =
      step.is(Kind::kNone) ? 1 : std::clamp(step.integer(), -size - 1, size + 1);
  if (stride == 0) return bad_argument("the step of a slice is 0; expected another number");
  const std::int64_t lowest = stride > 0 ? 0 : -1;
  const std::int64_t highest = stride > 0 ? size : size - 1;
  const auto clamped = [&](const Value& bound, std::int64_t otherwise) {
    if (bound.is(Kind::kNone)) return otherwise;
    const std::int64_t at = bound.integer() < 0 ? bound.integer() + size : bound.integer();
    return std::clamp(at, lowest, highest);
  };
  const std::int64_t first = clamped(start, stride > 0 ? lowest : highest);
  const std::int64_t last = clamped(stop, stride > 0 ? highest : lowest);

  if (is_string) return heap_.text(sliced_text(value.string(), first, last, stride));
  std::vector<Value> items;
  for (std::int64_t at = first; stride > 0 ? at < last : at > last; at += stride)
    items.push_back(value.list().items[static_cast<std::size_t>(at)]);
  return heap_.sequence(std::move(items), value.kind());
}

}  // namespace byeol::model::jinja
