#include "model/template/compare.h"

#include <algorithm>
#include <cmath>

#include "model/template/search.h"

namespace byeol::model::jinja {
namespace {

// Exact, as in Python: 2 ** 53 + 1 differs from the float that it would round to.
std::partial_ordering order_mixed(std::int64_t a, double b) {
  if (b >= 0x1p63) return std::partial_ordering::less;
  if (b < -0x1p63) return std::partial_ordering::greater;
  if (std::isnan(b)) return std::partial_ordering::unordered;
  const double whole = std::trunc(b);
  if (const auto found = a <=> static_cast<std::int64_t>(whole); found != 0) return found;
  return whole <=> b;
}

std::partial_ordering order_numbers(const Value& a, const Value& b) {
  if (a.is(Kind::kFloat) && b.is(Kind::kFloat)) return a.number() <=> b.number();
  if (b.is(Kind::kFloat)) return order_mixed(a.integer(), b.number());
  if (a.is(Kind::kFloat)) return 0 <=> order_mixed(b.integer(), a.number());
  return a.integer() <=> b.integer();
}

bool is_nan(const Value& value) {
  return value.is(Kind::kFloat) && std::isnan(value.number());
}

// Kinds of keys, numbers being of one kind.
Kind rank(const Value& key) {
  return key.is_number() ? Kind::kInteger : key.kind();
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
  if (a.is_number() && b.is_number()) return order_numbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kUndefined:
    case Kind::kNone:
      return true;
    case Kind::kString:
      return a.string().size() == b.string().size() && budget.spend(a.string().size() / 32) &&
             a.string() == b.string();
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
  if (a.is_number() && b.is_number()) return order_numbers(a, b);
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
      return find_text(budget, container.string(), item.string()) != std::string_view::npos;
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

std::strong_ordering order_keys(const Value& a, const Value& b) {
  if (rank(a) != rank(b)) return rank(a) <=> rank(b);
  if (a.is(Kind::kString)) return a.string() <=> b.string();
  if (a.is_number()) {
    const std::partial_ordering found = order_numbers(a, b);
    if (found == std::partial_ordering::unordered) return is_nan(a) <=> is_nan(b);
    return found < 0   ? std::strong_ordering::less
           : found > 0 ? std::strong_ordering::greater
                       : std::strong_ordering::equal;
  }
  if (!a.is(Kind::kTuple)) return std::strong_ordering::equal;
  const auto& left = a.list().items;
  const auto& right = b.list().items;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    if (const auto found = order_keys(left[i], right[i]); found != 0) return found;
  return left.size() <=> right.size();
}

std::strong_ordering order_keys(const Value& a, std::string_view b) {
  if (!a.is(Kind::kString)) return rank(a) <=> Kind::kString;
  return std::string_view(a.string()) <=> b;
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
