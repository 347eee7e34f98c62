// Reads the answer to one request as it comes, and writes its record: the stream of
// /v1/chat/completions or /v1/completions (server-sent events), or the error in its place.
//
// Text that comes in one part of the stream counts as one token here; reasoning counts as text, a
// part without text does not. An answer without any text has its first token when it ends.
//
// Threads: one at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "bench/load/record.h"
#include "net/http_client.h"
#include "wire/sse.h"

namespace byeol::bench {

class AnswerReader {
 public:
  // `record` lives as long.
  explicit AnswerReader(LoadRecord& record) : record_(record) {}

  void head(const net::HttpHead& head);
  // Whether a token was among them.
  bool body(double now_ms, std::string_view bytes);
  // The last; `status` as the client tells it.
  void end(double now_ms, const Status& status);

 private:
  void event(double now_ms, std::string_view data);

  LoadRecord& record_;
  wire::SseDecoder decoder_;
  std::string error_body_;
  bool done_ = false;    // "[DONE]"
  bool broken_ = false;  // The stream cannot be read on.
};

}  // namespace byeol::bench
