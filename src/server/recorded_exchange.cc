#include "server/recorded_exchange.h"

#include <algorithm>
#include <utility>

namespace byeol::server {
namespace {

// Whether the last event of a stream that says anything is an error, in one of the forms that ours
// have: a stream begins with 200 before anybody knows how it ends.
bool ends_in_error(std::string_view body) {
  constexpr std::string_view kEnd = "\n\n";
  while (body.ends_with(kEnd)) {
    body.remove_suffix(kEnd.size());
    const std::size_t before = body.rfind(kEnd);
    const std::string_view event =
        before == std::string_view::npos ? body : body.substr(before + kEnd.size());
    if (!event.starts_with(':') && event != "data: [DONE]")
      return event.starts_with("data: {\"error\":") || event.starts_with("event: error\n") ||
             event.starts_with("event: response.failed\n");
    body.remove_suffix(event.size());
  }
  return false;
}

}  // namespace

bool RecordedExchange::can_be_told() const {
  return !broken_ && !is_for_once_ && status_ != 408 && status_ != 429 && status_ < 500 &&
         body_.size() <= kBytesMax;
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
  std::vector<Reader> readers;
  const std::lock_guard lock(mutex_);
  broken_ = broken_ || !over_;
  first.swap(first_);
  readers.swap(readers_);
}

void RecordedExchange::keep_not() {
  const std::lock_guard lock(mutex_);
  is_for_once_ = true;
}

std::size_t RecordedExchange::bytes() const {
  const std::lock_guard lock(mutex_);
  return body_.size();
}

bool RecordedExchange::join(const Call& call) {
  const std::lock_guard lock(mutex_);
  if (!can_be_told()) return false;
  Reader reader = reader_of(call);
  if (status_ != 0 && !streams_) {
    reader.exchange->respond(status_, headers_for(reader), body_);
    return true;
  }
  if (streams_) {
    reader.exchange->begin(status_, headers_for(reader));
    if (!body_.empty()) reader.exchange->write(body_);
    if (over_) reader.exchange->end();
  }
  if (!over_) readers_.push_back(std::move(reader));
  return true;
}

// With the lock held.
void RecordedExchange::begin_answer(int status, net::HttpHeaders headers) {
  status_ = status;
  headers_ = std::move(headers);
  std::erase_if(headers_, [this](const auto& header) {
    return std::ranges::find(own_headers_, header) != own_headers_.end();
  });
}

net::HttpHeaders RecordedExchange::headers_for(const Reader& reader) const {
  net::HttpHeaders headers = reader.headers;
  headers.insert(headers.end(), headers_.begin(), headers_.end());
  return headers;
}

void RecordedExchange::respond(int status, net::HttpHeaders headers, std::string body) {
  const std::lock_guard lock(mutex_);
  if (status_ != 0) return;
  begin_answer(status, std::move(headers));
  body_ = std::move(body);
  over_ = true;
  for (const Reader& reader : readers_)
    reader.exchange->respond(status_, headers_for(reader), body_);
  readers_.clear();
}

void RecordedExchange::begin(int status, net::HttpHeaders headers) {
  const std::lock_guard lock(mutex_);
  if (status_ != 0) return;
  begin_answer(status, std::move(headers));
  streams_ = true;
  for (const Reader& reader : readers_) reader.exchange->begin(status_, headers_for(reader));
}

void RecordedExchange::write(std::string bytes) {
  const std::lock_guard lock(mutex_);
  if (!streams_ || over_) return;
  // One that became too long is told to those who are here, and to nobody again.
  if (body_.size() <= kBytesMax) body_ += bytes;
  for (const Reader& reader : readers_) reader.exchange->write(bytes);
}

void RecordedExchange::end() {
  const std::lock_guard lock(mutex_);
  if (over_) return;
  over_ = true;
  broken_ = streams_ && ends_in_error(body_);
  for (const Reader& reader : readers_) reader.exchange->end();
  readers_.clear();
}

std::size_t RecordedExchange::pending_bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t most = 0;
  for (const Reader& reader : readers_) most = std::max(most, reader.exchange->pending_bytes());
  return most;
}

void RecordedExchange::on_drained(std::size_t bytes, std::function<void()> call) {
  std::shared_ptr<net::HttpExchange> slowest = first_;
  {
    const std::lock_guard lock(mutex_);
    for (const Reader& reader : readers_)
      if (reader.exchange->pending_bytes() > slowest->pending_bytes()) slowest = reader.exchange;
  }
  slowest->on_drained(bytes, std::move(call));
}

}  // namespace byeol::server
