// map, select, reject, selectattr, rejectattr: filters that apply filters and tests.
#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/select_key.h"

namespace byeol::model::jinja {
namespace {

const Value* named(const Arguments& arguments, std::string_view name) {
  for (const auto& [key, value] : arguments.named)
    if (key == name) return &value;
  return nullptr;
}

// The arguments behind the first `count`.
Arguments rest_of(const Arguments& arguments, std::size_t count) {
  Arguments rest;
  rest.positional.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(count),
                         arguments.positional.end());
  rest.named = arguments.named;
  return rest;
}

// Of what is false jinja2 walks nothing: `tools | selectattr(…)` works where there are no tools.
Value nothing(Call& call) {
  return call.heap.sequence({}, Kind::kGenerator);
}

Result<Value> map_attribute(Call& call) {
  const Value* otherwise = named(call.arguments, "default");
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, named(call.arguments, "attribute")));
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  std::vector<Value> mapped;
  for (const Value& item : items) {
    BYEOL_TRY(Value value, path.of(call.interpreter, item));
    const bool is_missing = value.is(Kind::kUndefined) && otherwise && !otherwise->is(Kind::kNone);
    mapped.push_back(is_missing ? *otherwise : std::move(value));
  }
  return call.heap.sequence(std::move(mapped), Kind::kGenerator);
}

Result<Value> map(Call& call) {
  if (!is_true(call.self)) return nothing(call);
  if (call.arguments.positional.empty()) {
    if (named(call.arguments, "attribute")) return map_attribute(call);
    return bad_argument("'map' expected the name of a filter or attribute='name'");
  }
  const Value& name = call.arguments.positional[0];
  if (!name.is(Kind::kString)) return bad_argument("'map' expected the name of a filter");
  const Arguments rest = rest_of(call.arguments, 1);
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  std::vector<Value> mapped;
  for (const Value& item : items) {
    if (!call.budget().spend(1)) break;
    BYEOL_TRY(Value value, call.interpreter.filter(name.string(), item, rest));
    mapped.push_back(std::move(value));
  }
  return call.heap.sequence(std::move(mapped), Kind::kGenerator);
}

// Keeps the items whose test, on the item or its attribute, gives `wanted`.
Result<Value> filter_items(Call& call, bool by_attribute, bool wanted) {
  if (!is_true(call.self)) return nothing(call);
  const auto& positional = call.arguments.positional;
  const std::size_t test_at = by_attribute ? 1 : 0;
  if (positional.size() < test_at) return bad_argument("expected the name of an attribute");
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, by_attribute ? &positional[0] : nullptr));
  const bool has_test = positional.size() > test_at;
  if (has_test && !positional[test_at].is(Kind::kString))
    return bad_argument("expected the name of a test");
  const Arguments rest = has_test ? rest_of(call.arguments, test_at + 1) : Arguments{};
  BYEOL_TRY(std::vector<Value> items, items_of(call.heap, call.self));
  std::vector<Value> kept;
  for (Value& item : items) {
    BYEOL_TRY(const Value tested, path.of(call.interpreter, item));
    bool holds = is_true(tested);
    if (has_test) {
      BYEOL_TRY(holds, call.interpreter.test(positional[test_at].string(), tested, rest));
    }
    if (call.budget().exhausted()) break;
    if (holds == wanted) kept.push_back(std::move(item));
  }
  return call.heap.sequence(std::move(kept), Kind::kGenerator);
}

Result<Value> select(Call& call) {
  return filter_items(call, false, true);
}
Result<Value> reject(Call& call) {
  return filter_items(call, false, false);
}
Result<Value> selectattr(Call& call) {
  return filter_items(call, true, true);
}
Result<Value> rejectattr(Call& call) {
  return filter_items(call, true, false);
}

constexpr Native kFilters[] = {
    {"map", "…", 0, map},
    {"select", "…", 0, select},
    {"reject", "…", 0, reject},
    {"selectattr", "…", 0, selectattr},
    {"rejectattr", "…", 0, rejectattr},
};

}  // namespace

std::span<const Native> selection_filters() {
  return kFilters;
}

}  // namespace byeol::model::jinja
