#include "server/told_events.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "wire/responses_stream.h"
#include "wire/sse.h"

namespace byeol::server {
namespace {

// Where a reader that waited goes on.
constexpr std::size_t kResumeBytes = ToldEvents::kAheadBytes / 4;

// As all of ours begin; so that telling one takes no parsing.
constexpr std::string_view kBegin = "{\"type\":\"";

void append(std::string& to, std::string_view json) {
  if (!json.starts_with(kBegin)) {
    (void)wire::append_stored_event(to, json);  // What is no event is passed over.
    return;
  }
  const std::string_view type = json.substr(kBegin.size());
  wire::append_event(to, {type.substr(0, type.find('"')), json});
}

}  // namespace

void ToldEvents::add(std::string json) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(json));
}

void ToldEvents::replace_last(std::string json) {
  const std::lock_guard lock(mutex_);
  BYEOL_CHECK(events_.size() > told_);
  events_.back() = std::move(json);
}

void ToldEvents::tell() {
  {
    const std::lock_guard lock(mutex_);
    told_ = events_.size();
  }
  send_all();
}

void ToldEvents::end() {
  {
    const std::lock_guard lock(mutex_);
    told_ = events_.size();
    over_ = true;
  }
  send_all();
}

std::vector<std::string> ToldEvents::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

void ToldEvents::read(const Call& call, std::int64_t starting_after, Pace pace) {
  const auto next = static_cast<std::size_t>(std::max<std::int64_t>(starting_after, -1) + 1);
  const auto reader = std::make_shared<Reader>(Reader{call, next, pace});
  {
    const std::lock_guard lock(mutex_);
    readers_.push_back(reader);
  }
  send_all();
  // Outside of the lock, because an exchange that is over calls at once.
  call.exchange->on_hang_up([told = weak_from_this(), gone = std::weak_ptr(reader)] {
    const auto self = told.lock();
    if (self) self->forget(gone.lock());
  });
}

void ToldEvents::forget(const std::shared_ptr<Reader>& reader) {
  const std::lock_guard lock(mutex_);
  std::erase(readers_, reader);
}

// What the reader may have now; false: it has to take some of that before it gets more. With the
// lock held.
bool ToldEvents::send(Reader& reader) {
  net::HttpExchange& exchange = *reader.call.exchange;
  while (reader.next < told_) {
    if (reader.pace == Pace::kReaders && exchange.pending_bytes() >= kAheadBytes) return false;
    std::string bytes;
    while (reader.next < told_ && bytes.size() < kAheadBytes) append(bytes, events_[reader.next++]);
    exchange.write(std::move(bytes));
  }
  if (over_) {
    std::string done;
    wire::append_event(done, "[DONE]");
    exchange.write(std::move(done));
    exchange.end();
    std::erase_if(readers_, [&](const auto& one) { return one.get() == &reader; });
  }
  return true;
}

void ToldEvents::send_all() {
  std::vector<std::shared_ptr<Reader>> waiting;
  {
    const std::lock_guard lock(mutex_);
    for (const std::shared_ptr<Reader>& reader : std::vector(readers_)) {
      if (reader->waits || send(*reader)) continue;
      reader->waits = true;
      waiting.push_back(reader);
    }
  }
  // Outside of the lock, because an exchange that is over calls at once.
  for (const std::shared_ptr<Reader>& reader : waiting) send_when_drained(reader);
}

void ToldEvents::send_when_drained(const std::shared_ptr<Reader>& reader) {
  reader->call.exchange->on_drained(kResumeBytes, [self = shared_from_this(), reader] {
    {
      const std::lock_guard lock(self->mutex_);
      reader->waits = !self->send(*reader);
      if (!reader->waits) return;
    }
    self->send_when_drained(reader);
  });
}

std::size_t ToldEvents::lag_bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t most = 0;
  for (const std::shared_ptr<Reader>& reader : readers_)
    if (reader->pace == Pace::kModels)
      most = std::max(most, reader->call.exchange->pending_bytes());
  return most;
}

void keep_open(Ticker& ticker, const std::shared_ptr<net::HttpExchange>& exchange,
               std::chrono::milliseconds pace) {
  ticker.add(pace, [weak = std::weak_ptr(exchange)] {
    const std::shared_ptr<net::HttpExchange> open = weak.lock();
    if (!open) return false;
    std::string comment;
    wire::append_comment(comment, "keep-alive");
    // Who has not taken what was sent needs no reminder.
    if (open->pending_bytes() == 0) open->write(std::move(comment));
    return true;
  });
}

}  // namespace byeol::server
