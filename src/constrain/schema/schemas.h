// The schemas of a document by number, and the sets of them that hold together.
//
// Threads: an object belongs to one. The document must outlive it.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "constrain/schema/form.h"
#include "constrain/schema/references.h"

namespace byeol::constrain {

inline constexpr Literal negated(Literal literal) {
  return literal ^ 1;
}
inline constexpr bool is_negated(Literal literal) {
  return (literal & 1) != 0;
}

class Schemas {
 public:
  struct Schema {
    const Json* json;
    std::string path;
  };

  explicit Schemas(const Json& root);

  const References& references() const { return references_; }
  const Schema& schema(Literal literal) const {
    return schemas_[static_cast<std::size_t>(literal / 2)];
  }
  Literal literal(const Json& schema, const std::string& path);
  // A schema that stands in no document, such as {"const": …} for a part of one.
  Literal made_literal(Json schema, const std::string& path);

  Child child(Literal literal);
  Child child(const Json& schema, const std::string& path) { return child(literal(schema, path)); }
  Child both(Child a, Child b);
  // Ascending; not of kNoChild.
  const std::vector<Literal>& literals(Child child) const {
    return *children_[static_cast<std::size_t>(child)];
  }

 private:
  Child intern(std::vector<Literal> literals);

  References references_;
  std::deque<Json> made_;
  std::deque<Schema> schemas_;
  std::unordered_map<const Json*, Literal> by_json_;
  std::unordered_map<std::string, Literal> by_text_;  // Small ones: many say the same.
  std::map<std::vector<Literal>, Child> by_literals_;
  std::vector<const std::vector<Literal>*> children_;
};

}  // namespace byeol::constrain
