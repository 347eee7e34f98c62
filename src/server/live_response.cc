#include "server/live_response.h"

#include <utility>

#include "server/ids.h"
#include "server/interrupted_responses.h"
#include "server/recorded_exchange.h"

namespace byeol::server {

LiveResponse::LiveResponse(std::string id, std::int64_t created_at_s,
                           const wire::ResponsesRequest& request)
    : id_(std::move(id)),
      events_(id_, created_at_s, request, random64,
              [this](const wire::ResponsesEvent& event) { told_->add(std::string(event.json)); }) {}

void LiveResponse::tell(const std::function<void(wire::ResponsesEvents& events)>& say) {
  const std::lock_guard lock(mutex_);
  if (over_) return;
  say(events_);
  told_->tell();
}

Status LiveResponse::finish(const wire::ResponsesEnd& end, const Keep& keep) {
  const std::lock_guard lock(mutex_);
  events_.finish(end);
  last_json_ = events_.response();
  last_headers_ = deadline_headers(end.deadline);
  const std::vector<std::string> events = told_->events();
  const Status kept = keep(last_json_, events_.output(), events);
  over_ = true;
  failed_ = !kept || end.how == wire::ResponsesEnd::How::kFailed;
  if (!kept) {
    not_stored_ = kept.error();
    last_json_ = failed_response(last_json_, wire::sentence(kept.error().message));
    told_->replace_last(failed_event(last_json_, static_cast<std::int64_t>(events.size()) - 1));
  }
  told_->end();
  for (const Call& call : waiting_) answer(call);
  waiting_.clear();
  return kept;
}

std::string LiveResponse::json() const {
  const std::lock_guard lock(mutex_);
  return over_ ? last_json_ : events_.response();
}

void LiveResponse::follow(const Call& call, std::int64_t starting_after, ToldEvents::Pace pace) {
  told_->read(call, starting_after, pace);
}

void LiveResponse::answer_at_end(const Call& call) {
  const std::lock_guard lock(mutex_);
  if (over_) return answer(call);
  waiting_.push_back(call);
}

// With the lock held.
void LiveResponse::answer(const Call& call) const {
  // Whoever tries again wants it made again, though a failed response is answered with 200.
  if (failed_ && call.record) call.record->keep_not();
  if (not_stored_) return respond_error(call, wire::server_error(not_stored_->message));
  respond_json(call, 200, last_json_, last_headers_);
}

}  // namespace byeol::server
