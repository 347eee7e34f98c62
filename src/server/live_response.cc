#include "server/live_response.h"

#include <algorithm>
#include <utility>

#include "server/ids.h"
#include "wire/sse.h"

namespace byeol::server {

LiveResponse::LiveResponse(std::string id, std::int64_t created_at_s,
                           const wire::ResponsesRequest& request)
    : id_(std::move(id)),
      events_(id_, created_at_s, request, random64,
              [this](const wire::ResponsesEvent& event) { hear(event); }) {}

void LiveResponse::hear(const wire::ResponsesEvent& event) {
  told_.emplace_back(event.json);
  wire::append_event(unsent_, event);
}

void LiveResponse::send(std::string bytes) {
  if (bytes.empty()) return;
  for (const Call& follower : followers_) follower.exchange->write(bytes);
}

void LiveResponse::tell(const std::function<void(wire::ResponsesEvents& events)>& say) {
  const std::lock_guard lock(mutex_);
  if (over_) return;
  say(events_);
  send(std::exchange(unsent_, {}));
}

Status LiveResponse::finish(const wire::ResponsesEnd& end, const Keep& keep) {
  const std::lock_guard lock(mutex_);
  events_.finish(end);
  const std::string response = events_.response();
  const Status kept = keep(response, events_.output(), told_);
  over_ = true;
  std::string last = std::exchange(unsent_, {});
  if (!kept) {
    last.clear();
    wire::append_error_event(last, wire::server_error(kept.error().message),
                             static_cast<std::int64_t>(told_.size()));
  }
  wire::append_event(last, "[DONE]");
  send(std::move(last));
  for (const Call& follower : followers_) follower.exchange->end();
  for (const Call& call : waiting_) {
    if (kept)
      respond_json(call, 200, response);
    else
      respond_error(call, wire::server_error(kept.error().message));
  }
  followers_.clear();
  waiting_.clear();
  return kept;
}

std::string LiveResponse::json() const {
  const std::lock_guard lock(mutex_);
  return events_.response();
}

void LiveResponse::follow(const Call& call, std::int64_t starting_after) {
  const std::lock_guard lock(mutex_);
  std::string bytes;
  for (const std::string& json : wire::events_after(told_, starting_after))
    if (!wire::append_stored_event(bytes, json)) return call.exchange->end();
  if (over_) wire::append_event(bytes, "[DONE]");
  if (!bytes.empty()) call.exchange->write(std::move(bytes));
  if (over_) return call.exchange->end();
  followers_.push_back(call);
}

void LiveResponse::answer_at_end(const Call& call) {
  const std::lock_guard lock(mutex_);
  if (over_) return respond_json(call, 200, events_.response());
  waiting_.push_back(call);
}

std::size_t LiveResponse::lag_bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t most = 0;
  for (const Call& follower : followers_) most = std::max(most, follower.exchange->pending_bytes());
  return most;
}

}  // namespace byeol::server
