#include "bench/load/long_prompt.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>

#include "bench/load/goodput.h"
#include "bench/load/prompts.h"

namespace byeol::bench {
namespace {

constexpr std::size_t kTokensBefore = 16;  // Of each stream, before the long prompt arrives.
constexpr std::int32_t kStreamWords = 32;
constexpr std::int32_t kLongAnswerTokens = 8;

// Streams that run until they are told to stop.
class Streams {
 public:
  Streams(Sender& sender, std::size_t count)
      : sender_(sender), records_(count), tokens_(count, 0), ids_(count, 0) {}
  ~Streams() { stop(); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  void begin(std::uint64_t seed, std::int32_t max_tokens) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const LoadRequest request = {
          .prompt = make_question(seed, static_cast<std::int64_t>(i), kStreamWords),
          .max_tokens = max_tokens};
      records_[i].scheduled_ms = sender_.now_ms();
      ids_[i] = sender_.send(
          request_body(sender_.target(), request), "stream-" + std::to_string(i), records_[i],
          {.on_token = [this, i] { count_token(i); }, .on_end = [this] { count_end(); }});
    }
  }

  // False where one ended before.
  bool wait_for_tokens(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return ended_ > 0 || std::ranges::all_of(tokens_, [&](auto n) { return n >= count; });
    });
    return ended_ == 0;
  }

  bool any_ended() {
    const std::lock_guard lock(mutex_);
    return ended_ > 0;
  }

  // Hangs up on all; the records are at rest afterwards.
  void stop() {
    for (const net::HttpCallId id : ids_) sender_.cancel(id);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ == records_.size(); });
  }

  const std::vector<LoadRecord>& records() const { return records_; }

 private:
  void count_token(std::size_t stream) {
    const std::lock_guard lock(mutex_);
    ++tokens_[stream];
    changed_.notify_one();
  }
  void count_end() {
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_one();
  }

  Sender& sender_;
  std::vector<LoadRecord> records_;
  std::mutex mutex_;  // Of all below but ids_.
  std::condition_variable changed_;
  std::vector<std::size_t> tokens_;
  std::size_t ended_ = 0;
  std::vector<net::HttpCallId> ids_;
};

Error ended_early(const std::vector<LoadRecord>& records, const char* when) {
  std::string why =
      "it had written all its tokens; let it write more (--stream-tokens) and not "
      "stop by itself (--ignore-eos)";
  for (const LoadRecord& record : records)
    if (record.end_ms >= 0 && !record.is_complete && !record.error.empty() &&
        record.error.find("was cancelled") == std::string::npos)
      why = record.error;
  return {ErrorCode::kIo, std::string("a stream ended ") + when + ": " + why};
}

void collect(const LoadRecord& stream, const LoadRecord& long_prompt, LongPrompt& measured) {
  const double begin_ms = long_prompt.called_ms;
  const double end_ms = long_prompt.token_ms.front();
  for (std::size_t i = 1; i < stream.token_ms.size(); ++i) {
    const double from_ms = stream.token_ms[i - 1];
    const double to_ms = stream.token_ms[i];
    if (to_ms <= begin_ms)
      measured.gaps_before_ms.push_back(to_ms - from_ms);
    else if (from_ms < end_ms)
      measured.gaps_during_ms.push_back(to_ms - from_ms);
  }
}

Status measure_once(Sender& sender, const LongPromptOptions& options, std::int32_t round,
                    LongPrompt& measured) {
  const std::uint64_t seed = options.seed * 1000 + static_cast<std::uint64_t>(round);
  Streams streams(sender, static_cast<std::size_t>(options.streams));
  streams.begin(seed, options.stream_tokens);
  if (!streams.wait_for_tokens(kTokensBefore)) {
    streams.stop();
    return ended_early(streams.records(), "before the long prompt arrived");
  }
  const LoadRecord long_prompt =
      sender.send_and_wait({.prompt = make_question(seed, options.streams, options.words),
                            .max_tokens = kLongAnswerTokens},
                           "long-" + std::to_string(round));
  const bool any_ended = streams.any_ended();
  streams.stop();
  if (!long_prompt.is_complete)
    return Error{ErrorCode::kIo, "the long prompt failed: " + long_prompt.error};
  if (long_prompt.token_ms.empty())
    return Error{ErrorCode::kIo, "the long prompt was answered without any text"};
  if (any_ended) return ended_early(streams.records(), "before the long prompt was answered");
  for (const LoadRecord& stream : streams.records()) collect(stream, long_prompt, measured);
  measured.first_token_ms.push_back(first_token_ms(long_prompt));
  measured.prompt_tokens = long_prompt.prompt_tokens;
  return ok();
}

}  // namespace

Result<LongPrompt> measure_long_prompt(Sender& sender, const LongPromptOptions& options,
                                       const std::function<void(std::int32_t done)>& progress) {
  LongPrompt measured;
  for (std::int32_t round = 0; round < options.repeat; ++round) {
    BYEOL_TRY_OK(measure_once(sender, options, round, measured));
    if (progress) progress(round + 1);
  }
  return measured;
}

}  // namespace byeol::bench
