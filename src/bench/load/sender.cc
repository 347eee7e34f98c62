#include "bench/load/sender.h"

#include <future>
#include <memory>
#include <utility>

#include "bench/load/answer_reader.h"

namespace byeol::bench {

net::HttpCallId Sender::send(std::string body, const std::string& id, LoadRecord& record,
                             Events events) {
  record = {.scheduled_ms = record.scheduled_ms,
            .max_tokens = record.max_tokens,
            .deadline = std::move(record.deadline),
            .class_name = std::move(record.class_name),
            .attempts = record.attempts + 1,
            .called_ms = now_ms()};
  const auto reader = std::make_shared<AnswerReader>(record);
  net::HttpListener listener;
  listener.on_sent = [this, &record] { record.sent_ms = now_ms(); };
  listener.on_head = [reader](const net::HttpHead& head) { reader->head(head); };
  listener.on_body = [this, reader, on_token = std::move(events.on_token)](std::string_view bytes) {
    if (reader->body(now_ms(), bytes) && on_token) on_token();
  };
  listener.on_end = [this, reader, on_end = events.on_end](const Status& status) {
    reader->end(now_ms(), status);
    if (on_end) on_end();
  };
  const Result<net::HttpCallId> call =
      client_.call(request_call(target_, std::move(body), id), std::move(listener));
  if (call) return *call;
  reader->end(now_ms(), call.error());
  if (events.on_end) events.on_end();
  return 0;
}

LoadRecord Sender::send_and_wait(const LoadRequest& request, const std::string& id) {
  LoadRecord record = {.scheduled_ms = now_ms(),
                       .max_tokens = request.max_tokens,
                       .deadline = request.deadline,
                       .class_name = request.class_name};
  std::promise<void> ended;
  send(request_body(target_, request), id, record, {.on_end = [&ended] { ended.set_value(); }});
  ended.get_future().wait();
  return record;
}

}  // namespace byeol::bench
