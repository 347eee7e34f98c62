// OpenAI's strict subset of JSON Schema, as the hosted service checks it.
//
// Errors: kInvalidArgument with its sentence, "In context=('properties', 'a'), …", for whoever asks
// to put "Invalid schema for … 'name': " before. Threads: pure.
#pragma once

#include "base/result.h"
#include "constrain/schema/json.h"

namespace byeol::constrain {

Status check_strict_subset(const Json& root);

}  // namespace byeol::constrain
