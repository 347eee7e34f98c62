// A response of /v1/responses while it is being made: its events so far, who follows them, and who
// waits for its end.
//
// Threads: any; one lock, but for following, which has its own (told_events.h). Exchanges do not
// block; while finish() stores the response, who tells, asks for the object or waits for it waits
// for the disk, so call those from workers then.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/call.h"
#include "server/told_events.h"
#include "wire/responses_events.h"

namespace byeol::server {

class LiveResponse {
 public:
  LiveResponse(std::string id, std::int64_t created_at_s, const wire::ResponsesRequest& request);

  const std::string& id() const { return id_; }

  // What the model says: calls functions of the events, whose result the followers get.
  void tell(const std::function<void(wire::ResponsesEvents& events)>& say);
  // The same for the last of them, of which nobody hears before `keep` has stored the response.
  // `keep` gets the Response object, its output items and all events, and may fail: then the
  // response has failed, for its followers and for who waits. For who comes when this is gone,
  // there is what the store holds: `keep` has to see to that.
  using Keep = std::function<Status(const std::string& response,
                                    const std::vector<wire::ResponsesEvents::Item>& output,
                                    const std::vector<std::string>& events)>;
  Status finish(const wire::ResponsesEnd& end, const Keep& keep);

  // The Response object as of now.
  std::string json() const;
  std::vector<std::string> events() const { return told_->events(); }
  // Sends the events after that number and then those to come; [DONE] behind the last. The stream
  // has begun already.
  void follow(const Call& call, std::int64_t starting_after,
              ToldEvents::Pace pace = ToldEvents::Pace::kReaders);
  // Answers the call with the Response object when it is over; at once, if it is.
  void answer_at_end(const Call& call);
  // Bytes that a client at the model's pace has not taken.
  std::size_t lag_bytes() const { return told_->lag_bytes(); }

 private:
  void answer(const Call& call) const;

  const std::string id_;
  const std::shared_ptr<ToldEvents> told_ = std::make_shared<ToldEvents>();
  mutable std::mutex mutex_;
  wire::ResponsesEvents events_;
  std::vector<Call> waiting_;
  std::string last_json_;            // Where it is over.
  net::HttpHeaders last_headers_;    // That a whole answer carries then.
  std::optional<Error> not_stored_;  // Why, where it should have been.
  bool over_ = false, failed_ = false;
};

}  // namespace byeol::server
