#include "server/recorded_exchange.h"

#include <algorithm>
#include <utility>

namespace byeol::server {

bool RecordedExchange::can_be_told() const {
  return !broken_ && status_ != 408 && status_ != 429 && status_ < 500 && body_.size() <= kBytesMax;
}

bool RecordedExchange::is_worth_keeping() const {
  const std::lock_guard lock(mutex_);
  return can_be_told();
}

std::shared_ptr<net::HttpExchange> RecordedExchange::handle(
    std::shared_ptr<RecordedExchange> recorder) {
  RecordedExchange* const raw = recorder.get();
  return {raw, [recorder = std::move(recorder)](net::HttpExchange*) { recorder->drop(); }};
}

void RecordedExchange::drop() {
  // What is taken goes outside of the lock.
  std::shared_ptr<net::HttpExchange> first;
  std::vector<std::shared_ptr<net::HttpExchange>> readers;
  const std::lock_guard lock(mutex_);
  broken_ = !over_;
  first.swap(first_);
  readers.swap(readers_);
}

std::size_t RecordedExchange::bytes() const {
  const std::lock_guard lock(mutex_);
  return body_.size();
}

bool RecordedExchange::join(const std::shared_ptr<net::HttpExchange>& reader) {
  const std::lock_guard lock(mutex_);
  if (!can_be_told()) return false;
  if (status_ != 0 && !streams_) {
    reader->respond(status_, headers_, body_);
    return true;
  }
  if (streams_) {
    reader->begin(status_, headers_);
    if (!body_.empty()) reader->write(body_);
    if (over_) reader->end();
  }
  if (!over_) readers_.push_back(reader);
  return true;
}

void RecordedExchange::respond(int status, net::HttpHeaders headers, std::string body) {
  const std::lock_guard lock(mutex_);
  if (status_ != 0) return;
  status_ = status;
  headers_ = std::move(headers);
  body_ = std::move(body);
  over_ = true;
  for (const auto& reader : readers_) reader->respond(status_, headers_, body_);
  readers_.clear();
}

void RecordedExchange::begin(int status, net::HttpHeaders headers) {
  const std::lock_guard lock(mutex_);
  if (status_ != 0) return;
  status_ = status;
  headers_ = std::move(headers);
  streams_ = true;
  for (const auto& reader : readers_) reader->begin(status_, headers_);
}

void RecordedExchange::write(std::string bytes) {
  const std::lock_guard lock(mutex_);
  if (!streams_ || over_) return;
  // One that became too long is told to those who are here, and to nobody again.
  if (body_.size() <= kBytesMax) body_ += bytes;
  for (const auto& reader : readers_) reader->write(bytes);
}

void RecordedExchange::end() {
  const std::lock_guard lock(mutex_);
  if (over_) return;
  over_ = true;
  for (const auto& reader : readers_) reader->end();
  readers_.clear();
}

std::size_t RecordedExchange::pending_bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t most = 0;
  for (const auto& reader : readers_) most = std::max(most, reader->pending_bytes());
  return most;
}

void RecordedExchange::on_drained(std::size_t bytes, std::function<void()> call) {
  std::shared_ptr<net::HttpExchange> slowest = first_;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& reader : readers_)
      if (reader->pending_bytes() > slowest->pending_bytes()) slowest = reader;
  }
  slowest->on_drained(bytes, std::move(call));
}

}  // namespace byeol::server
