// Reading the value of one keyword.
//
// Errors: kInvalidArgument with the keyword's path. Threads: pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "constrain/regular/numbers.h"
#include "constrain/schema/json.h"

namespace byeol::constrain {

// Counts beyond this one are as good as no limit.
inline constexpr std::int64_t kLargestCount = 1'000'000'000;

// Whether each keyword that is known has a value of a kind that it may have.
Status check_kinds(const Json& schema, const std::string& path);

// Of one name: names for dependentRequired, a schema for dependentSchemas, either for dependencies.
Status check_dependency(std::string_view keyword, const Json& needed, const std::string& path);

// Each: nothing where the schema does not have the keyword.
Result<std::optional<std::int64_t>> count_keyword(const Json& schema, const char* keyword,
                                                  const std::string& path);
Result<std::optional<Decimal>> number_keyword(const Json& schema, const char* keyword,
                                              const std::string& path);
Result<std::vector<std::string>> names_keyword(const Json& schema, const char* keyword,
                                               const std::string& path);
// An object of schemas by name; nullptr where there is none.
Result<const Json*> schemas_keyword(const Json& schema, const char* keyword,
                                    const std::string& path);

// The types that a schema allows; "integer" beside no "number" is `integer` alone.
struct Types {
  bool null = true, boolean = true, number = true, integer = true, string = true, array = true,
       object = true;
};
Result<Types> types_keyword(const Json& schema, const std::string& path);

// The schemas of an array's first items and, where there is one, of the others: prefixItems and
// items, or items and additionalItems as drafts before 2020-12 have it.
struct ItemKeywords {
  const std::vector<Json>* prefix = nullptr;
  const Json* rest = nullptr;
  const char *prefix_name = "prefixItems", *rest_name = "items";
};
Result<ItemKeywords> item_keywords(const Json& schema, const std::string& path);

}  // namespace byeol::constrain
