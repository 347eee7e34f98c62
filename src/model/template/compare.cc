#include "model/template/compare.h"

#include <algorithm>
#include <functional>

namespace byeol::model::jinja {
namespace {

bool equal_numbers(const Value& a, const Value& b) {
  if (a.is(Kind::kFloat) || b.is(Kind::kFloat)) return a.number() == b.number();
  return a.integer() == b.integer();
}

bool equal_mappings(Budget& budget, const Mapping& a, const Mapping& b, int depth) {
  if (a.entries.size() != b.entries.size()) return false;
  for (const auto& [key, value] : a.entries) {
    const Value* other = b.find(key);
    if (!other || !equal(budget, value, *other, depth + 1)) return false;
  }
  return true;
}

Error no_order(const Value& a, const Value& b) {
  return {ErrorCode::kInvalidArgument, std::string("cannot order ") + kind_name(a.kind()) +
                                           " and " + kind_name(b.kind()) +
                                           "; expected two numbers, strings or lists"};
}

}  // namespace

bool is_true(const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined:
    case Kind::kNone:
      return false;
    case Kind::kBoolean:
      return value.boolean();
    case Kind::kInteger:
      return value.integer() != 0;
    case Kind::kFloat:
      return value.number() != 0.0;
    case Kind::kString:
      return !value.string().empty();
    case Kind::kList:
    case Kind::kTuple:
      return !value.list().items.empty();
    case Kind::kMapping:
      return !value.mapping().entries.empty();
    default:
      return true;
  }
}

bool equal(Budget& budget, const Value& a, const Value& b, int depth) {
  if (!budget.allows_value_nesting(depth)) return false;
  if (a.is_number() && b.is_number()) return equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kUndefined:
    case Kind::kNone:
      return true;
    case Kind::kString:
      return budget.spend(a.string().size() / 32) && a.string() == b.string();
    case Kind::kList:
    case Kind::kTuple: {
      if (a.identity() == b.identity()) return true;
      const auto& left = a.list().items;
      const auto& right = b.list().items;
      return std::equal(
          left.begin(), left.end(), right.begin(), right.end(),
          [&](const Value& x, const Value& y) { return equal(budget, x, y, depth + 1); });
    }
    case Kind::kMapping:
      return a.identity() == b.identity() ||
             equal_mappings(budget, a.mapping(), b.mapping(), depth);
    default:
      return a.identity() == b.identity();
  }
}

Result<std::partial_ordering> order(Budget& budget, const Value& a, const Value& b, int depth) {
  if (!budget.allows_value_nesting(depth)) return std::partial_ordering::unordered;
  for (const Value* value : {&a, &b})
    if (value->is(Kind::kUndefined)) return undefined_error(*value);
  if (a.is_number() && b.is_number()) {
    if (a.is(Kind::kFloat) || b.is(Kind::kFloat)) return a.number() <=> b.number();
    return std::partial_ordering(a.integer() <=> b.integer());
  }
  if (a.kind() != b.kind()) return no_order(a, b);
  if (a.is(Kind::kString)) {
    budget.spend(a.string().size() / 32);
    return std::partial_ordering(a.string().compare(b.string()) <=> 0);
  }
  if (!a.is(Kind::kList) && !a.is(Kind::kTuple)) return no_order(a, b);
  const auto& left = a.list().items;
  const auto& right = b.list().items;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    if (!equal(budget, left[i], right[i], depth + 1))
      return order(budget, left[i], right[i], depth + 1);
  return std::partial_ordering(left.size() <=> right.size());
}

Result<bool> contains(Budget& budget, const Value& container, const Value& item) {
  switch (container.kind()) {
    case Kind::kUndefined:
      return false;
    case Kind::kString:
      if (!item.is(Kind::kString))
        return Error{ErrorCode::kInvalidArgument,
                     std::string("'in <string>' expected a string on its left, found ") +
                         kind_name(item.kind())};
      budget.spend(container.string().size() / 32);
      return container.string().find(item.string()) != std::string::npos;
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kGenerator: {
      const auto& items = container.list().items;
      return std::any_of(items.begin(), items.end(),
                         [&](const Value& other) { return equal(budget, other, item); });
    }
    case Kind::kMapping:
      if (!is_key(budget, item))
        return Error{ErrorCode::kInvalidArgument,
                     std::string("a ") + kind_name(item.kind()) + " cannot be a key of a mapping"};
      return container.mapping().find(item) != nullptr;
    default:
      return Error{ErrorCode::kInvalidArgument,
                   std::string("'in' expected a string, list or mapping on its right, found ") +
                       kind_name(container.kind())};
  }
}

bool is_key(Budget& budget, const Value& value) {
  constexpr std::size_t kTupleItems = 16;
  if (value.is(Kind::kString)) budget.spend(value.string().size() / 32);
  if (value.is(Kind::kTuple)) {
    const auto& items = value.list().items;
    return items.size() <= kTupleItems &&
           std::all_of(items.begin(), items.end(), [&](const Value& item) {
             return !item.is(Kind::kTuple) && is_key(budget, item);
           });
  }
  return value.is_number() || value.is(Kind::kString) || value.is(Kind::kNone) ||
         value.is(Kind::kUndefined);
}

bool same_key(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  if (a.is(Kind::kString)) return a.string() == b.string();
  if (!a.is(Kind::kTuple)) return true;
  const auto& left = a.list().items;
  const auto& right = b.list().items;
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_key);
}

std::size_t hash_key(const Value& key) {
  if (key.is_number()) return std::hash<double>{}(key.number());
  if (key.is(Kind::kString)) return std::hash<std::string>{}(key.string());
  std::size_t hash = static_cast<std::size_t>(key.kind());
  if (key.is(Kind::kTuple))
    for (const Value& item : key.list().items) hash = hash * 31 + hash_key(item);
  return hash;
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::kUndefined:
      return "undefined value";
    case Kind::kNone:
      return "None";
    case Kind::kBoolean:
      return "bool";
    case Kind::kInteger:
      return "int";
    case Kind::kFloat:
      return "float";
    case Kind::kString:
      return "str";
    case Kind::kList:
      return "list";
    case Kind::kTuple:
      return "tuple";
    case Kind::kGenerator:
      return "generator";
    case Kind::kMapping:
      return "dict";
    case Kind::kNamespace:
      return "namespace";
    case Kind::kLoop:
      return "loop";
    case Kind::kCycler:
      return "cycler";
    case Kind::kJoiner:
      return "joiner";
    case Kind::kCallable:
      return "callable";
  }
  return "value";
}

Error undefined_error(const Value& undefined) {
  return {ErrorCode::kInvalidArgument, std::string(undefined.why_undefined())};
}

}  // namespace byeol::model::jinja
