#include "server/idempotency.h"

#include <utility>

#include "server/recorded_exchange.h"

namespace byeol::server {
namespace {

constexpr std::chrono::minutes kRemembered{10};
constexpr std::size_t kEntriesMax = 1000;
constexpr std::size_t kBytesMax = std::size_t{64} << 20;
constexpr std::size_t kKeyMax = 255;

// All that decides what is answered.
std::string text_of(const net::HttpRequest& request) {
  std::string text = request.path + '\n';
  for (const char* name :
       {"x-deadline-first-ms", "x-deadline-gap-ms", "x-deadline-total-ms", "x-deadline-on-miss"})
    text.append(request.header(name)).push_back('\n');
  return text + request.body;
}

}  // namespace

void Idempotency::forget_old() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(entries_, [&](const auto& entry) {
    return now - entry.second.at > kRemembered || !entry.second.exchange->is_worth_keeping();
  });
  const auto bytes_of = [](const Entry& entry) {
    return entry.request.size() + entry.exchange->bytes();
  };
  std::size_t bytes = 0;
  for (const auto& [key, entry] : entries_) bytes += bytes_of(entry);
  while (!entries_.empty() && (entries_.size() >= kEntriesMax || bytes > kBytesMax)) {
    auto oldest = entries_.begin();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry)
      if (entry->second.at < oldest->second.at) oldest = entry;
    bytes -= bytes_of(oldest->second);
    entries_.erase(oldest);
  }
}

bool Idempotency::admit(Call& call) {
  const net::HttpRequest& request = call.request();
  const std::string_view given = request.header("idempotency-key");
  if (request.method != "POST" || given.empty()) return true;
  if (given.size() > kKeyMax) {
    respond_error(call, wire::invalid_request("The header 'Idempotency-Key' has " +
                                              std::to_string(given.size()) +
                                              " bytes; expected at most 255."));
    return false;
  }
  const std::string key = std::to_string(call.tenant) + ' ' + std::string(given);
  std::string text = text_of(request);
  const std::lock_guard lock(mutex_);
  forget_old();
  if (const auto found = entries_.find(key); found != entries_.end()) {
    if (found->second.request != text) {
      wire::ApiError error = wire::invalid_request(
          "The header 'Idempotency-Key' names another request than this one; take a new key for "
          "each.",
          {}, "idempotency_key_reused");
      error.status = 422;
      respond_error(call, error);
      return false;
    }
    if (found->second.exchange->join(call)) return false;
  }
  const auto recorder = std::make_shared<RecordedExchange>(call);
  entries_[key] = {recorder, std::move(text), std::chrono::steady_clock::now()};
  call.exchange = RecordedExchange::handle(recorder);
  call.record = recorder;
  return true;
}

}  // namespace byeol::server
