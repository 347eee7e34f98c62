// The tables of a store of responses, and the version that a file says it has.
//
// Threads: as Database. Errors: as ResponseStore::open().
#pragma once

#include "base/result.h"
#include "store/sqlite.h"

namespace byeol::store {

// Makes the tables in a new file; in an old one, checks that they are ours, and brings those of an
// earlier version to this one, whole or not at all.
Status prepare_response_schema(Database& database, const std::string& path);

}  // namespace byeol::store
