#include "store/response_rows.h"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace byeol::store {
namespace {

Result<std::int64_t> write_row(Database& database, const StoredResponse& response,
                               std::int64_t used) {
  BYEOL_TRY(Statement insert,
            database.prepare("INSERT INTO response (id, created_at_s, used, previous, json,"
                             " tenant, unfinished) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                             " ON CONFLICT (id) DO UPDATE SET created_at_s = ?2, used = ?3,"
                             " previous = ?4, json = ?5, unfinished = ?7 WHERE tenant = ?6"
                             " RETURNING number"));
  insert.bind(1, response.id)
      .bind(2, response.created_at_s)
      .bind(3, used)
      .bind(4, response.previous_id)
      .bind(5, response.json)
      .bind(6, response.tenant)
      .bind(7, response.unfinished ? 1 : 0);
  BYEOL_TRY(const bool written, insert.step());
  if (!written)
    return Error{ErrorCode::kInvalidArgument,
                 "the id '" + response.id + "' is that of another tenant's response"};
  return insert.integer(0);
}

Status delete_parts(Database& database, const char* statement, std::int64_t response) {
  BYEOL_TRY(Statement remove, database.prepare(statement));
  return remove.bind(1, response).run();
}

Status write_items(Database& database, std::int64_t response, bool is_output,
                   const std::vector<StoredItem>& items) {
  BYEOL_TRY(Statement insert,
            database.prepare("INSERT INTO item (response, is_output, position, id, json)"
                             " VALUES (?, ?, ?, ?, ?)"));
  std::int64_t position = 0;
  for (const StoredItem& item : items)
    BYEOL_TRY_OK(insert.bind(1, response)
                     .bind(2, is_output ? 1 : 0)
                     .bind(3, position++)
                     .bind(4, item.id)
                     .bind(5, item.json)
                     .run());
  return ok();
}

Status write_events(Database& database, std::int64_t response,
                    const std::vector<std::string>& events) {
  BYEOL_TRY(Statement insert,
            database.prepare("INSERT INTO event (response, sequence, json) VALUES (?, ?, ?)"));
  std::int64_t sequence = 0;
  for (const std::string& event : events)
    BYEOL_TRY_OK(insert.bind(1, response).bind(2, sequence++).bind(3, event).run());
  return ok();
}

// Ends where an ancestor is gone, and in a loop: there each is marked once.
Status mark_used(Database& database, std::string id, std::string_view tenant, std::int64_t used) {
  BYEOL_TRY(Statement mark,
            database.prepare("UPDATE response SET used = ?1 WHERE id = ?2 AND tenant = ?3"
                             " AND used <> ?1 RETURNING previous"));
  while (!id.empty()) {
    BYEOL_TRY(const bool marked, mark.bind(1, used).bind(2, id).bind(3, tenant).step());
    if (!marked) break;
    id = mark.text(0);
    mark.reset();
  }
  return ok();
}

}  // namespace

Error no_response(std::string_view id) {
  return {ErrorCode::kNotFound, "no response with the id '" + std::string(id) + "' is stored"};
}

Result<std::int64_t> response_number(Database& database, std::string_view id,
                                     std::string_view tenant) {
  BYEOL_TRY(Statement query,
            database.prepare("SELECT number FROM response WHERE id = ? AND tenant = ?"));
  BYEOL_TRY(const bool found, query.bind(1, id).bind(2, tenant).step());
  if (!found) return no_response(id);
  return query.integer(0);
}

Result<std::vector<std::int64_t>> ancestry(Database& database, std::string_view id,
                                           std::string_view tenant, int responses_max) {
  BYEOL_TRY(Statement query,
            database.prepare("SELECT number, previous FROM response WHERE id = ? AND tenant = ?"));
  std::vector<std::int64_t> numbers;
  std::unordered_set<std::int64_t> seen;
  std::string next(id);
  std::string follower;
  while (!next.empty()) {
    BYEOL_TRY(const bool found, query.bind(1, next).bind(2, tenant).step());
    if (!found && follower.empty()) return no_response(next);
    if (!found)
      return Error{ErrorCode::kNotFound, "response '" + next + "', which '" + follower +
                                             "' goes on from, is no longer stored"};
    if (!seen.insert(query.integer(0)).second)
      return Error{ErrorCode::kInvalidArgument,
                   "response '" + next + "' goes on from itself, expected an earlier one"};
    if (static_cast<int>(numbers.size()) == responses_max)
      return Error{ErrorCode::kInvalidArgument,
                   "response '" + std::string(id) + "' has more ancestors than the " +
                       std::to_string(responses_max) + " responses that a conversation may have"};
    numbers.push_back(query.integer(0));
    follower = std::exchange(next, query.text(1));
    query.reset();
  }
  std::reverse(numbers.begin(), numbers.end());
  return numbers;
}

Status write_response(Database& database, const StoredResponse& response) {
  BYEOL_TRY(const std::int64_t used,
            database.number("SELECT ifnull(max(used), 0) + 1 FROM response"));
  BYEOL_TRY(const std::int64_t number, write_row(database, response, used));
  BYEOL_TRY_OK(delete_parts(database, "DELETE FROM item WHERE response = ?", number));
  BYEOL_TRY_OK(delete_parts(database, "DELETE FROM event WHERE response = ?", number));
  BYEOL_TRY_OK(write_items(database, number, false, response.input));
  BYEOL_TRY_OK(write_items(database, number, true, response.output));
  BYEOL_TRY_OK(write_events(database, number, response.events));
  return mark_used(database, response.previous_id, response.tenant, used);
}

Status forget_old(Database& database, const Retention& retention, std::int64_t now_s) {
  if (retention.age_max_s > 0) {
    BYEOL_TRY(Statement expire, database.prepare("DELETE FROM response WHERE created_at_s < ?"));
    BYEOL_TRY_OK(expire.bind(1, now_s - retention.age_max_s).run());
  }
  BYEOL_TRY(const std::int64_t responses, database.number("SELECT count(*) FROM response"));
  if (responses <= retention.responses_max) return ok();
  BYEOL_TRY(Statement shrink, database.prepare("DELETE FROM response WHERE number ="
                                               " (SELECT number FROM response WHERE tenant ="
                                               "  (SELECT tenant FROM response GROUP BY tenant"
                                               "   ORDER BY count(*) DESC, min(used) LIMIT 1)"
                                               "  ORDER BY used, number LIMIT 1)"));
  // As a rule it is one.
  for (std::int64_t i = retention.responses_max; i < responses; ++i) BYEOL_TRY_OK(shrink.run());
  return ok();
}

}  // namespace byeol::store
