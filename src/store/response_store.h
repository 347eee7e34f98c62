// The responses that a server has promised to keep: what GET, DELETE and previous_response_id of
// OpenAI's /v1/responses need, in one SQLite file. Texts of JSON go in and come out unread.
//
// What put() has acknowledged survives a SIGKILL and a power cut. put() and remove() happen as a
// whole or not at all. Two processes may use one file; who cannot
// share what it keeps takes a StoreLock.
//
// A response is forgotten when it is older than Retention::age_max_s, or when more than
// responses_max are kept: then, of the tenant that has the most, the one that was longest neither
// stored nor continued goes first, so that one tenant's flood is not another one's loss.
// Going on from a response counts for all its ancestors, so a conversation is not cut at its
// beginning while it is alive.
//
// Each response is of one tenant, and for every other one it is not there: same answers, same
// words. Whoever names no tenant has those that were stored without one.
//
// Errors: kNotFound: no such response or item; of chain(): or one of its ancestors is gone.
// kCorrupt: the file is damaged or something else. kUnsupported: a later version of this program
// made the file. kOverloaded, kIo: as in store/sqlite.h. Each is a sentence.
//
// Threads: any; one call at a time runs, and waits for the disk, so call from workers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace byeol::store {

struct StoredItem {
  std::string id;
  std::string json;

  bool operator==(const StoredItem&) const = default;
};

struct StoredResponse {
  std::string id;
  std::string tenant = {};        // Whose it is; empty: of a server without keys.
  std::int64_t created_at_s = 0;  // Unix time.
  std::string previous_id;        // Empty: the first of its conversation.
  std::string json;               // The Response object.
  std::vector<StoredItem> input;  // Of this response alone, without those of its ancestors.
  std::vector<StoredItem> output;
  std::vector<std::string> events;  // Of its stream; the index is the sequence_number.
  bool unfinished = false;          // It is still being made, and will be put again.
};

// One of which a process said that it would go on with it.
struct UnfinishedResponse {
  std::string id;
  std::string json;
};

enum class ItemOrder { kAscending, kDescending };

struct ItemPage {
  std::vector<StoredItem> items;
  bool has_more = false;
};

inline constexpr int kItemsPerPageMax = 100;

struct Retention {
  std::int64_t responses_max = 10'000;
  std::int64_t age_max_s = std::int64_t{30} * 24 * 3600;  // As the hosted service; 0: no limit.
};

// What a conversation may hold: one chain is read into memory at once.
struct ChainLimits {
  int responses_max = 1000;
  std::size_t bytes_max = std::size_t{64} << 20;
};

class ResponseStore {
 public:
  // ":memory:" keeps until the store is destroyed.
  static Result<ResponseStore> open(const std::string& path, const Retention& retention = {},
                                    const ChainLimits& limits = {});
  ResponseStore(ResponseStore&&) noexcept;
  ResponseStore& operator=(ResponseStore&&) noexcept;
  ~ResponseStore();

  // Replaces what is stored under that id. `created_at_s` is also what tells the age of others.
  // kInvalidArgument: the id is another tenant's.
  Status put(const StoredResponse& response);
  Result<std::string> get(std::string_view id, std::string_view tenant = {});  // The object.
  Status remove(std::string_view id, std::string_view tenant = {});

  // The events with a greater sequence_number than `starting_after`; -1: all.
  Result<std::vector<std::string>> events(std::string_view id, std::int64_t starting_after,
                                          std::string_view tenant = {});
  // The input items after the one with the id `after` (empty: from the first in that order).
  // kInvalidArgument: `limit` is not 1 to kItemsPerPageMax.
  Result<ItemPage> input_items(std::string_view id, std::string_view after, int limit,
                               ItemOrder order, std::string_view tenant = {});
  // The item of that id in whatever response of the tenant has it; the newest where several do.
  Result<StoredItem> item(std::string_view item_id, std::string_view tenant = {});
  // The input and output items of all ancestors and of the response itself, oldest first: what a
  // response with this previous_response_id has before its own input. kInvalidArgument: more than
  // the limits allow, or a response that is its own ancestor.
  Result<std::vector<StoredItem>> chain(std::string_view id, std::string_view tenant = {});

  // Of all tenants, for who starts after a crash: what nobody will finish any more.
  Result<std::vector<UnfinishedResponse>> unfinished();
  // It stays as it is but for its object, and counts as finished. kNotFound: it is no unfinished
  // one (any more).
  Status finish(const UnfinishedResponse& response);
  Result<std::int64_t> size();  // Responses.

 private:
  struct Kept;
  explicit ResponseStore(std::unique_ptr<Kept> kept);

  std::unique_ptr<Kept> kept_;
};

}  // namespace byeol::store
