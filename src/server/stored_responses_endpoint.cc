#include "server/stored_responses_endpoint.h"

#include <charconv>
#include <utility>

#include "server/interrupted_responses.h"
#include "server/live_responses.h"
#include "server/told_events.h"
#include "wire/responses_writer.h"

namespace byeol::server {
namespace {

wire::ApiError error_of(const Error& error, const std::string& id) {
  if (error.code == ErrorCode::kNotFound)
    return wire::not_found("There is no stored response '" + id.substr(0, 200) + "'.", "id");
  return wire::api_error(error);
}

// A number of the query; nothing where it is absent.
wire::ApiResult<std::optional<std::int64_t>> query_integer(const Call& call, const char* name,
                                                           std::int64_t min, std::int64_t max) {
  const std::string text = call.request().query_value(name);
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return wire::invalid_request(std::string("'").append(name) + "' is '" + text.substr(0, 100) +
                                     "'; expected an integer from " + std::to_string(min) + " to " +
                                     std::to_string(max) + ".",
                                 name);
  return std::optional(value);
}

void respond_stored(Context& context, const Call& call, const std::string& id) {
  Result<std::string> json = context.responses.get(id, call.owner);
  if (!json) return respond_error(call, error_of(json.error(), id));
  respond_json(call, 200, as_it_is_now(*std::move(json)));
}

void stream_stored(Context& context, const Call& call, const std::string& id,
                   std::int64_t starting_after) {
  Result<std::string> json = context.responses.get(id, call.owner);
  if (!json) return respond_error(call, error_of(json.error(), id));
  Result<std::vector<std::string>> events = context.responses.events(id, -1, call.owner);
  if (!events) return respond_error(call, error_of(events.error(), id));
  const auto told = std::make_shared<ToldEvents>();
  for (std::string& event :
       rest_of_stored(as_it_is_now(*std::move(json)), starting_after, *std::move(events)))
    told->add(std::move(event));
  told->end();
  begin_events(call);
  keep_open(context.ticker, call.exchange);
  told->read(call, -1);
}

}  // namespace

void get_response(Context& context, const Call& call, const std::string& id) {
  const auto after = query_integer(call, "starting_after", -1, std::int64_t{1} << 40);
  if (!after) return respond_error(call, after.error());
  const bool streams = call.request().query_value("stream") == "true";
  if (*after && !streams)
    return respond_error(
        call, wire::invalid_request("'starting_after' says where a stream goes on; expected "
                                    "stream=true beside it.",
                                    "starting_after"));
  if (const auto making = context.live.find(id, call.owner)) {
    if (!streams) return respond_json(call, 200, making->response->json());
    begin_events(call);
    keep_open(context.ticker, call.exchange);
    return making->response->follow(call, after->value_or(-1));
  }
  if (streams) return stream_stored(context, call, id, after->value_or(-1));
  respond_stored(context, call, id);
}

void delete_response(Context& context, const Call& call, const std::string& id) {
  if (const auto making = context.live.find(id, call.owner)) {
    context.live.forget(id);
    making->cancel();
    (void)context.responses.remove(
        id, call.owner);  // A background one is stored from its beginning on.
    return respond_json(call, 200, wire::deleted_response(id));
  }
  if (const Status removed = context.responses.remove(id, call.owner); !removed)
    return respond_error(call, error_of(removed.error(), id));
  respond_json(call, 200, wire::deleted_response(id));
}

void cancel_response(Context& context, const Call& call, const std::string& id) {
  const auto making = context.live.find(id, call.owner);
  if (!making) return respond_stored(context, call, id);  // It is over already.
  if (!making->background)
    return respond_error(
        call, wire::invalid_request("Only a response with background=true can be cancelled this "
                                    "way; end another one by closing its connection."));
  making->response->answer_at_end(call);
  making->cancel();
}

void list_input_items(Context& context, const Call& call, const std::string& id) {
  const auto limit = query_integer(call, "limit", 1, store::kItemsPerPageMax);
  if (!limit) return respond_error(call, limit.error());
  const std::string order = call.request().query_value("order");
  if (!order.empty() && order != "asc" && order != "desc")
    return respond_error(
        call, wire::invalid_request(
                  "'order' is '" + order.substr(0, 100) + "'; expected 'asc' or 'desc'.", "order"));
  constexpr int kLimit = 20;
  const auto page = context.responses.input_items(
      id, call.request().query_value("after"), static_cast<int>(limit->value_or(kLimit)),
      order == "asc" ? store::ItemOrder::kAscending : store::ItemOrder::kDescending, call.owner);
  if (!page) return respond_error(call, error_of(page.error(), id));
  std::vector<wire::ListedItem> items;
  for (const store::StoredItem& item : page->items) items.push_back({item.id, item.json});
  respond_json(call, 200, wire::item_list(items, page->has_more));
}

}  // namespace byeol::server
