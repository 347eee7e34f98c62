// The `attribute=` argument of sort, map, selectattr …: "a.b.0" walks into an item.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "model/template/call.h"

namespace byeol::model::jinja {

class KeyPath {
 public:
  // Null or None: the item itself.
  static Result<KeyPath> parse(Heap& heap, const Value* attribute);

  Result<Value> of(Interpreter& interpreter, const Value& item) const;

 private:
  std::vector<Value> parts_;
};

// A key for comparing: strings in lower case unless case matters.
Value comparison_key(Heap& heap, const Value& value, bool case_sensitive);

}  // namespace byeol::model::jinja
