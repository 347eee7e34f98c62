// JSON Schema (draft 2020-12) as a grammar: exactly the instances that are valid, in one spelling.
//
// An object's properties come in the order in which `properties` has them, then others. What cannot
// be kept exactly is refused with a sentence that names the keyword and its path (a JSON pointer);
// nothing is ignored but annotations. docs/constrain.md has the table of keywords.
//
// One spelling: names, values of enum and const, and names of few that a pattern allows come in
// their shortest spelling and in a fixed order, whatever the spacing; a number that enum or const
// names comes as the schema spells it, or plain ("1" for 1.0), not in others that are equal. An
// integer has no fraction. Property order: those of the schema itself (`properties`, then
// `required` names that are not among them), those of schemas that it refers to, then others in any
// order. A name among the others may come twice: JSON readers keep the last, which is valid, too;
// minProperties counts both.
//
// Errors: kInvalidArgument (no schema, nothing valid, too complex), kUnsupported (a keyword that
// cannot be kept). Threads: pure.
#pragma once

#include <string_view>

#include "constrain/grammar.h"

namespace byeol::constrain {

enum class Spacing {
  kCompact,  // {"a":1,"b":[2,3]}
  kSpaced,   // {"a": 1, "b": [2, 3]}, as Python's json writes it.
  kAny,      // Any white space of JSON, at most 20 characters at a place, and any escapes.
};

struct SchemaOptions {
  Spacing spacing = Spacing::kCompact;
  // OpenAI's strict subset: every property required, additionalProperties false, an object at the
  // root, and its limits; else kInvalidArgument with the sentence that says what is missing.
  bool strict_subset = false;
};

Result<NodeId> add_json_schema(GrammarBuilder& builder, std::string_view schema,
                               const SchemaOptions& options, Budget& budget);
// Any JSON object (`json_object`).
Result<NodeId> add_json_object(GrammarBuilder& builder, Spacing spacing, Budget& budget);

}  // namespace byeol::constrain
