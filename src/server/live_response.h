// A response of /v1/responses while it is being made: its events so far, who follows them, and who
// waits for its end.
//
// Threads: any; one lock around everything. Followers' exchanges do not block.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/call.h"
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
  // followers hear that instead.
  using Keep = std::function<Status(const std::string& response,
                                    const std::vector<wire::ResponsesEvents::Item>& output,
                                    const std::vector<std::string>& events)>;
  Status finish(const wire::ResponsesEnd& end, const Keep& keep);

  // The Response object as of now.
  std::string json() const;
  // Sends the events after that number and then those to come; [DONE] behind the last. The stream
  // has begun already.
  void follow(const Call& call, std::int64_t starting_after);
  // Answers the call with the Response object when it is over; at once, if it is.
  void answer_at_end(const Call& call);
  // Bytes that the slowest follower has not taken.
  std::size_t lag_bytes() const;

 private:
  void hear(const wire::ResponsesEvent& event);
  void send(std::string bytes);

  const std::string id_;
  mutable std::mutex mutex_;
  wire::ResponsesEvents events_;
  std::vector<std::string> told_;  // JSON of all events.
  std::string unsent_;             // Of those, as server-sent events.
  std::vector<Call> followers_;
  std::vector<Call> waiting_;
  bool over_ = false;
};

}  // namespace byeol::server
