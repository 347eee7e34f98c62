// The rows of a store of responses, read and written inside a transaction of the caller's.
//
// Threads and errors: as Database.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/response_store.h"
#include "store/sqlite.h"

namespace byeol::store {

Error no_response(std::string_view id);

// The number of the response's row; kNotFound, also where it is another tenant's.
Result<std::int64_t> response_number(Database& database, std::string_view id,
                                     std::string_view tenant);

// The numbers of the response and its ancestors, oldest first. kNotFound, kInvalidArgument as
// ResponseStore::chain().
Result<std::vector<std::int64_t>> ancestry(Database& database, std::string_view id,
                                           std::string_view tenant, int responses_max);

// Stores or replaces the row, the items and the events, and marks the ancestors as used.
Status write_response(Database& database, const StoredResponse& response);

// Deletes what `retention` keeps no longer at `now_s`.
Status forget_old(Database& database, const Retention& retention, std::int64_t now_s);

}  // namespace byeol::store
