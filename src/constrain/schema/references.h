// Where `$ref` leads inside one document: JSON pointers, anchors and the ids of embedded schemas.
// Nothing is ever fetched.
//
// Errors: kInvalidArgument: nothing is there; kUnsupported: another document.
// Threads: const calls from any. The document must outlive it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "constrain/schema/json.h"

namespace byeol::constrain {

class References {
 public:
  struct Target {
    const Json* schema;
    std::string path;  // A JSON pointer from the document's root.
  };

  explicit References(const Json& root);
  // The target of a reference that stands in `schema`.
  Result<Target> resolve(const Json& schema, std::string_view reference) const;
  // Whether the anchor of a $dynamicRef is declared more than once, so that it depends on the way
  // that leads to it.
  bool is_dynamic(std::string_view reference) const;
  // Whether a schema of the document has unevaluatedProperties or unevaluatedItems.
  bool has_unevaluated() const { return has_unevaluated_; }

 private:
  void walk(const Json& schema, const std::string& path, std::string base);
  void walk_members(const Json& holder, const std::string& path, const std::string& base);

  std::unordered_map<std::string, Target> named_;         // By absolute id, with #anchor.
  std::unordered_map<const Json*, std::string> base_of_;  // Of the schemas that refer.
  std::unordered_map<std::string, int> dynamic_anchors_;
  bool has_unevaluated_ = false;
};

}  // namespace byeol::constrain
