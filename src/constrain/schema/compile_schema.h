// For tests: a schema as a grammar of its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "constrain/schema/json_schema.h"

namespace byeol::constrain {

inline Result<std::shared_ptr<const Grammar>> compile(std::string_view schema,
                                                      SchemaOptions options = {}) {
  Budget budget;
  GrammarBuilder builder(budget);
  BYEOL_TRY(const NodeId root, add_json_schema(builder, schema, options, budget));
  return builder.build(root);
}

inline std::string error_of(std::string_view schema, SchemaOptions options = {}) {
  const auto grammar = compile(schema, options);
  return grammar ? "compiled" : grammar.error().message;
}

}  // namespace byeol::constrain
