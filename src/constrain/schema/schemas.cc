#include "constrain/schema/schemas.h"

#include <algorithm>
#include <iterator>

namespace byeol::constrain {
namespace {

constexpr std::size_t kSmall = 64;  // Values.

// What a schema without schemas inside says; empty for another one.
std::string small_text(const Json& schema) {
  using Kind = Json::Kind;
  std::string text;
  std::size_t values = 0;
  if (!schema.is(Kind::kObject)) return text;
  for (std::size_t i = 0; i < schema.items.size(); ++i) {
    const std::string& keyword = schema.names[i];
    const Json& value = schema.items[i];
    if (value.is(Kind::kObject) || keyword == "$ref" || keyword == "$dynamicRef") return "";
    if (keyword == "description" || keyword == "title") continue;
    for (const Json& item : value.items)
      if (item.is(Kind::kObject) || item.is(Kind::kArray) || ++values > kSmall) return "";
    text += json_quoted(keyword) + write_json(value, Spacing::kCompact);
  }
  return text;
}

}  // namespace

Schemas::Schemas(const Json& root) : references_(root) {
  intern({});
  intern({-1});  // kNoChild: a set that no literals make.
}

Literal Schemas::literal(const Json& schema, const std::string& path) {
  const auto next = static_cast<Literal>(2 * schemas_.size());
  const auto [at, is_new] = by_json_.emplace(&schema, next);
  if (!is_new) return at->second;
  if (std::string text = small_text(schema); !text.empty()) {
    const auto [same, is_first] = by_text_.emplace(std::move(text), next);
    if (!is_first) return at->second = same->second;
  }
  schemas_.push_back({&schema, path});
  return next;
}

Literal Schemas::made_literal(Json schema, const std::string& path) {
  return literal(made_.emplace_back(std::move(schema)), path);
}

Child Schemas::intern(std::vector<Literal> literals) {
  const auto next = static_cast<Child>(children_.size());
  const auto [at, is_new] = by_literals_.emplace(std::move(literals), next);
  if (is_new) children_.push_back(&at->first);
  return at->second;
}

Child Schemas::child(Literal literal) {
  const Json& json = *schema(literal).json;
  const bool all = json.is(Json::Kind::kBoolean)
                       ? json.truth
                       : json.is(Json::Kind::kObject) && json.items.empty();
  if (all || json.is(Json::Kind::kBoolean))
    return all != is_negated(literal) ? kAnyChild : kNoChild;
  return intern({literal});
}

Child Schemas::both(Child a, Child b) {
  if (a == b || b == kAnyChild) return a;
  if (a == kAnyChild) return b;
  if (a == kNoChild || b == kNoChild) return kNoChild;
  std::vector<Literal> all;
  std::set_union(literals(a).begin(), literals(a).end(), literals(b).begin(), literals(b).end(),
                 std::back_inserter(all));
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i] == negated(all[i - 1])) return kNoChild;
  return intern(std::move(all));
}

}  // namespace byeol::constrain
