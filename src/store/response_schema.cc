#include "store/response_schema.h"

#include <string>

namespace byeol::store {
namespace {

constexpr std::int64_t kApplicationId = 0x42795265;  // "ByRe": tells our files from others'.
constexpr std::int64_t kVersion = 1;

// response.used: the number of the put() that stored it or, later, went on from it; the smallest is
// forgotten first. response.previous is an id and not a reference: an ancestor may be forgotten.
constexpr const char* kTables = R"(
  CREATE TABLE response (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at_s INTEGER NOT NULL,
    used INTEGER NOT NULL,
    previous TEXT NOT NULL,
    json TEXT NOT NULL
  );
  CREATE INDEX response_used ON response (used);
  CREATE INDEX response_created ON response (created_at_s);
  CREATE TABLE item (
    number INTEGER PRIMARY KEY,
    response INTEGER NOT NULL REFERENCES response (number) ON DELETE CASCADE,
    is_output INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (response, is_output, position)
  );
  CREATE INDEX item_id ON item (id);
  CREATE TABLE event (
    response INTEGER NOT NULL REFERENCES response (number) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (response, sequence)
  ) WITHOUT ROWID;
)";

Status make_tables(Database& database) {
  BYEOL_TRY_OK(database.execute(kTables));
  BYEOL_TRY_OK(
      database.execute(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str()));
  return database.execute(("PRAGMA user_version=" + std::to_string(kVersion)).c_str());
}

}  // namespace

Status prepare_response_schema(Database& database, const std::string& path) {
  // A writer, so that two processes do not both find a new file and make its tables.
  BYEOL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::kWrite));
  BYEOL_TRY(const std::int64_t application, database.number("PRAGMA application_id"));
  BYEOL_TRY(const std::int64_t version, database.number("PRAGMA user_version"));
  BYEOL_TRY(const std::int64_t tables, database.number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) {
    BYEOL_TRY_OK(make_tables(database));
    return transaction.commit();
  }
  if (application != kApplicationId)
    return Error{ErrorCode::kCorrupt,
                 "database " + path + ": holds something else, expected a store of responses"};
  if (version != kVersion)
    return Error{version > kVersion ? ErrorCode::kUnsupported : ErrorCode::kCorrupt,
                 "database " + path + ": is a store of responses of version " +
                     std::to_string(version) + ", expected " + std::to_string(kVersion) +
                     (version > kVersion ? " (a later version of this program made it)" : "")};
  return ok();
}

}  // namespace byeol::store
