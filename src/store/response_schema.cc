#include "store/response_schema.h"

#include <string>

namespace byeol::store {
namespace {

constexpr std::int64_t kApplicationId = 0x42795265;  // "ByRe": tells our files from others'.
constexpr std::int64_t kVersion = 2;

// response.used: the number of the put() that stored it or, later, went on from it; the smallest is
// forgotten first. response.previous is an id and not a reference: an ancestor may be forgotten.
// response.unfinished: whoever stored it said that it would put it again, complete.
constexpr const char* kTables = R"(
  CREATE TABLE response (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at_s INTEGER NOT NULL,
    used INTEGER NOT NULL,
    previous TEXT NOT NULL,
    json TEXT NOT NULL,
    tenant TEXT NOT NULL DEFAULT '',
    unfinished INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX response_used ON response (used);
  CREATE INDEX response_tenant ON response (tenant, used);
  CREATE INDEX response_created ON response (created_at_s);
  CREATE INDEX response_unfinished ON response (unfinished) WHERE unfinished = 1;
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

// Version 1 knew no tenants: what it stored is of none. It stored a response in the background with
// its first state and no events, and a complete one never without.
constexpr const char* kFromVersion1 = R"(
  ALTER TABLE response ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
  ALTER TABLE response ADD COLUMN unfinished INTEGER NOT NULL DEFAULT 0;
  UPDATE response SET unfinished = 1
    WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.response = response.number);
  CREATE INDEX response_tenant ON response (tenant, used);
  CREATE INDEX response_unfinished ON response (unfinished) WHERE unfinished = 1;
)";

Status set_version(Database& database) {
  return database.execute(("PRAGMA user_version=" + std::to_string(kVersion)).c_str());
}

Status make_tables(Database& database) {
  BYEOL_TRY_OK(database.execute(kTables));
  BYEOL_TRY_OK(
      database.execute(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str()));
  return set_version(database);
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
  if (version == 1) {
    BYEOL_TRY_OK(database.execute(kFromVersion1));
    BYEOL_TRY_OK(set_version(database));
    return transaction.commit();
  }
  if (version != kVersion)
    return Error{version > kVersion ? ErrorCode::kUnsupported : ErrorCode::kCorrupt,
                 "database " + path + ": is a store of responses of version " +
                     std::to_string(version) + ", expected " + std::to_string(kVersion) +
                     (version > kVersion ? " (a later version of this program made it)" : "")};
  return ok();
}

}  // namespace byeol::store
