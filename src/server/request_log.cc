#include "server/request_log.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "runtime/turn_names.h"
#include "server/prefix_hashes.h"

namespace byeol::server {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::steady_clock;

// Of a time on the steady clock, as Unix time.
std::int64_t unix_ms(steady_clock::time_point time) {
  const auto wall = std::chrono::system_clock::now() - (steady_clock::now() - time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch()).count();
}

Json ms_or_null(scheduler::TimeUs us) {
  if (us >= scheduler::kNever) return nullptr;
  return static_cast<double>(us) / 1e3;
}

Json rounded(double ms) {
  return static_cast<double>(static_cast<std::int64_t>(ms * 1e3 + 0.5)) / 1e3;
}

// JSON's numbers are exact up to 2^53 only.
Json hex_of(const std::vector<std::uint64_t>& hashes) {
  Json texts = Json::array();
  for (const std::uint64_t hash : hashes) {
    std::string text(16, '0');
    for (std::size_t i = 0; i < text.size(); ++i)
      text[text.size() - 1 - i] = "0123456789abcdef"[(hash >> (4 * i)) & 15];
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

Result<std::unique_ptr<RequestLog>> RequestLog::open(const std::string& path,
                                                     std::string_view model) {
  std::unique_ptr<RequestLog> log(new RequestLog);
  if (path.empty()) return log;
  log->file_.open(path, std::ios::app);
  if (!log->file_)
    return Error{ErrorCode::kIo,
                 "the request log " + path + " cannot be written: " + std::strerror(errno)};
  log->is_open_ = true;
  log->write(
      Json{{"byeol_request_log", 1}, {"model", model}, {"page_tokens", kPrefixPageTokens}}.dump());
  return log;
}

void RequestLog::add(const LoggedTurn& turn, const runtime::TurnEnd& end) {
  if (!is_open_) return;
  Json deadline = nullptr;
  if (turn.deadline.any())
    deadline = {{"first_ms", ms_or_null(turn.deadline.first_us)},
                {"gap_ms", ms_or_null(turn.deadline.gap_us)},
                {"total_ms", ms_or_null(turn.deadline.total_us)},
                {"on_miss", runtime::name_of(turn.deadline.on_miss)},
                {"insists", turn.insists}};
  const Json line = {{"arrival_ms", unix_ms(turn.arrived)},
                     {"request", turn.request},
                     {"choice", turn.choice},
                     {"endpoint", turn.endpoint},
                     {"class", runtime::name_of(turn.turn_class)},
                     {"tenant", turn.tenant},
                     {"deadline", deadline},
                     {"prompt_tokens", turn.prompt_tokens},
                     {"cached_tokens", end.timings.reused_tokens},
                     {"prefix", hex_of(turn.prefix)},
                     {"max_tokens", turn.max_tokens},
                     {"granted_tokens", turn.granted_tokens},
                     {"output_tokens", end.timings.generated_tokens},
                     {"first_ms", rounded(end.deadline.first_ms)},
                     {"mean_gap_ms", rounded(end.deadline.mean_gap_ms)},
                     {"max_gap_ms", rounded(end.deadline.max_gap_ms)},
                     {"total_ms", rounded(end.deadline.total_ms)},
                     {"outcome", runtime::name_of(end.reason)},
                     {"missed", runtime::name_of(end.deadline.missed)},
                     {"finished_early", end.deadline.finished_early},
                     {"retry_after_ms", rounded(end.retry_after_ms)}};
  write(line.dump());
}

void RequestLog::write(const std::string& line) {
  const std::lock_guard lock(mutex_);
  file_ << line + '\n' << std::flush;
}

}  // namespace byeol::server
