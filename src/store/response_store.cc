#include "store/response_store.h"

#include <limits>
#include <mutex>
#include <utility>

#include "store/response_rows.h"
#include "store/response_schema.h"
#include "store/sqlite.h"

namespace byeol::store {
namespace {

StoredItem item_of(const Statement& row) {
  return {row.text(0), row.text(1)};
}

Result<std::vector<StoredItem>> items_of(Database& database,
                                         const std::vector<std::int64_t>& responses,
                                         std::size_t bytes_max) {
  BYEOL_TRY(Statement query, database.prepare("SELECT id, json FROM item WHERE response = ?"
                                              " ORDER BY is_output, position"));
  std::vector<StoredItem> items;
  std::size_t bytes = 0;
  for (const std::int64_t response : responses) {
    query.bind(1, response);
    while (true) {
      BYEOL_TRY(const bool row, query.step());
      if (!row) break;
      items.push_back(item_of(query));
      bytes += items.back().json.size();
      if (bytes > bytes_max)
        return Error{ErrorCode::kInvalidArgument, "the items of the conversation are more than " +
                                                      std::to_string(bytes_max) + " bytes"};
    }
  }
  return items;
}

// Where the page begins: before all positions in its order, or at the item `after`.
Result<std::int64_t> page_start(Database& database, std::int64_t response, std::string_view after,
                                ItemOrder order) {
  if (after.empty())
    return order == ItemOrder::kAscending ? -1 : std::numeric_limits<std::int64_t>::max();
  BYEOL_TRY(Statement query, database.prepare("SELECT position FROM item WHERE response = ?"
                                              " AND is_output = 0 AND id = ?"));
  BYEOL_TRY(const bool found, query.bind(1, response).bind(2, after).step());
  if (!found)
    return Error{ErrorCode::kNotFound,
                 "after: no input item of this response has the id '" + std::string(after) + "'"};
  return query.integer(0);
}

}  // namespace

struct ResponseStore::Kept {
  Database database;
  Retention retention;
  ChainLimits limits;
  std::mutex mutex;

  Kept(Database opened, const Retention& kept, const ChainLimits& bounds)
      : database(std::move(opened)), retention(kept), limits(bounds) {}
};

ResponseStore::ResponseStore(std::unique_ptr<Kept> kept) : kept_(std::move(kept)) {}
ResponseStore::ResponseStore(ResponseStore&&) noexcept = default;
ResponseStore& ResponseStore::operator=(ResponseStore&&) noexcept = default;
ResponseStore::~ResponseStore() = default;

Result<ResponseStore> ResponseStore::open(const std::string& path, const Retention& retention,
                                          const ChainLimits& limits) {
  if (retention.responses_max < 1 || retention.age_max_s < 0)
    return Error{ErrorCode::kInvalidArgument,
                 "store of responses: to keep " + std::to_string(retention.responses_max) +
                     " responses for " + std::to_string(retention.age_max_s) +
                     " s, expected at least 1 and 0"};
  BYEOL_TRY(Database database, Database::open(path));
  BYEOL_TRY_OK(prepare_response_schema(database, path));
  return ResponseStore(std::make_unique<Kept>(std::move(database), retention, limits));
}

Status ResponseStore::put(const StoredResponse& response) {
  if (response.id.empty())
    return Error{ErrorCode::kInvalidArgument, "store of responses: a response without an id"};
  const std::lock_guard lock(kept_->mutex);
  Database& database = kept_->database;
  BYEOL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::kWrite));
  BYEOL_TRY_OK(write_response(database, response));
  BYEOL_TRY_OK(forget_old(database, kept_->retention, response.created_at_s));
  return transaction.commit();
}

Result<std::string> ResponseStore::get(std::string_view id, std::string_view tenant) {
  const std::lock_guard lock(kept_->mutex);
  BYEOL_TRY(Statement query,
            kept_->database.prepare("SELECT json FROM response WHERE id = ? AND tenant = ?"));
  BYEOL_TRY(const bool found, query.bind(1, id).bind(2, tenant).step());
  if (!found) return no_response(id);
  return query.text(0);
}

Status ResponseStore::remove(std::string_view id, std::string_view tenant) {
  const std::lock_guard lock(kept_->mutex);
  BYEOL_TRY(Statement remove,
            kept_->database.prepare("DELETE FROM response WHERE id = ? AND tenant = ?"));
  BYEOL_TRY_OK(remove.bind(1, id).bind(2, tenant).run());
  if (kept_->database.changed_rows() == 0) return no_response(id);
  return ok();
}

Result<std::vector<std::string>> ResponseStore::events(std::string_view id,
                                                       std::int64_t starting_after,
                                                       std::string_view tenant) {
  const std::lock_guard lock(kept_->mutex);
  Database& database = kept_->database;
  BYEOL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::kRead));
  BYEOL_TRY(const std::int64_t response, response_number(database, id, tenant));
  BYEOL_TRY(Statement query, database.prepare("SELECT json FROM event WHERE response = ?"
                                              " AND sequence > ? ORDER BY sequence"));
  query.bind(1, response).bind(2, starting_after);
  std::vector<std::string> events;
  while (true) {
    BYEOL_TRY(const bool row, query.step());
    if (!row) return events;
    events.push_back(query.text(0));
  }
}

Result<ItemPage> ResponseStore::input_items(std::string_view id, std::string_view after, int limit,
                                            ItemOrder order, std::string_view tenant) {
  if (limit < 1 || limit > kItemsPerPageMax)
    return Error{ErrorCode::kInvalidArgument, "limit: is " + std::to_string(limit) +
                                                  ", expected 1 to " +
                                                  std::to_string(kItemsPerPageMax)};
  const std::lock_guard lock(kept_->mutex);
  Database& database = kept_->database;
  BYEOL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::kRead));
  BYEOL_TRY(const std::int64_t response, response_number(database, id, tenant));
  BYEOL_TRY(const std::int64_t start, page_start(database, response, after, order));
  BYEOL_TRY(Statement query,
            database.prepare(order == ItemOrder::kAscending
                                 ? "SELECT id, json FROM item WHERE response = ? AND is_output = 0"
                                   " AND position > ? ORDER BY position LIMIT ?"
                                 : "SELECT id, json FROM item WHERE response = ? AND is_output = 0"
                                   " AND position < ? ORDER BY position DESC LIMIT ?"));
  query.bind(1, response).bind(2, start).bind(3, std::int64_t{limit} + 1);
  ItemPage page;
  while (true) {
    BYEOL_TRY(const bool row, query.step());
    if (!row) return page;
    if (static_cast<int>(page.items.size()) == limit) {
      page.has_more = true;
      return page;
    }
    page.items.push_back(item_of(query));
  }
}

Result<StoredItem> ResponseStore::item(std::string_view item_id, std::string_view tenant) {
  const std::lock_guard lock(kept_->mutex);
  BYEOL_TRY(Statement query,
            kept_->database.prepare("SELECT item.id, item.json FROM item JOIN response"
                                    " ON response.number = item.response"
                                    " WHERE item.id = ? AND response.tenant = ?"
                                    " ORDER BY item.number DESC LIMIT 1"));
  BYEOL_TRY(const bool found, query.bind(1, item_id).bind(2, tenant).step());
  if (!found)
    return Error{ErrorCode::kNotFound,
                 "no item with the id '" + std::string(item_id) + "' is stored"};
  return item_of(query);
}

Result<std::vector<StoredItem>> ResponseStore::chain(std::string_view id, std::string_view tenant) {
  const std::lock_guard lock(kept_->mutex);
  Database& database = kept_->database;
  BYEOL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::kRead));
  BYEOL_TRY(const std::vector<std::int64_t> responses,
            ancestry(database, id, tenant, kept_->limits.responses_max));
  return items_of(database, responses, kept_->limits.bytes_max);
}

Result<std::vector<UnfinishedResponse>> ResponseStore::unfinished() {
  const std::lock_guard lock(kept_->mutex);
  BYEOL_TRY(Statement query, kept_->database.prepare("SELECT id, json FROM response"
                                                     " WHERE unfinished = 1 ORDER BY number"));
  std::vector<UnfinishedResponse> responses;
  while (true) {
    BYEOL_TRY(const bool row, query.step());
    if (!row) return responses;
    responses.push_back({query.text(0), query.text(1)});
  }
}

Status ResponseStore::finish(const UnfinishedResponse& response) {
  const std::lock_guard lock(kept_->mutex);
  BYEOL_TRY(Statement update,
            kept_->database.prepare("UPDATE response SET json = ?2, unfinished = 0"
                                    " WHERE id = ?1 AND unfinished = 1"));
  BYEOL_TRY_OK(update.bind(1, response.id).bind(2, response.json).run());
  if (kept_->database.changed_rows() == 0) return no_response(response.id);
  return ok();
}

Result<std::int64_t> ResponseStore::size() {
  const std::lock_guard lock(kept_->mutex);
  return kept_->database.number("SELECT count(*) FROM response");
}

}  // namespace byeol::store
