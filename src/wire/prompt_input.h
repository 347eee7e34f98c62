// What completions and embeddings take: a text, token ids, or a list of either.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "wire/json_fields.h"

namespace byeol::wire {

// Token ids are at least 0; whether the model has them is for the caller to check.
using PromptInput = std::variant<std::string, std::vector<std::int32_t>>;

inline constexpr std::size_t kInputsMax = 2048;  // The hosted service's own limit.

// string | [string] | [integer] | [[integer]], required. An empty list is refused; a text may be
// empty. Nothing where an error was noted.
std::vector<PromptInput> read_inputs(const FieldReader& body, std::string_view name);

// A list of token ids; nothing where an error was noted.
std::optional<std::vector<std::int32_t>> read_token_ids(const Json& list, const std::string& path,
                                                        FieldErrors& errors);

}  // namespace byeol::wire
