// Calls that a model writes as code and not as JSON:
//
//   f(a="x", n=3)                         Python; several: one per line, or in a list
//   call:f{a:<escape>x<escape>,n:3}       FunctionGemma
//
// Values are literals: strings, numbers, true and false, none, lists and dictionaries. Whatever is
// more than that is no call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json_fields.h"

namespace byeol::wire {

struct LiteralCall {
  std::string name;
  Json arguments = Json::object();
};

// At least one.
std::optional<std::vector<LiteralCall>> parse_python_calls(std::string_view text);

std::optional<LiteralCall> parse_gemma_call(std::string_view text);

}  // namespace byeol::wire
