// Server-sent events: the framing of a stream of texts over HTTP (WHATWG HTML, section 9.2), both
// ways. Pure: bytes in, bytes out.
//
// Threads: an object belongs to one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::wire {

struct SseEvent {
  std::string name;  // Of `event:`; empty: a plain message.
  std::string data;  // The `data:` lines, joined by line feeds.
  std::string id;    // Of the last `id:` so far, in this event or an earlier one.

  bool operator==(const SseEvent&) const = default;
};

// Appends an event. Line breaks of `data` (LF, CR, CR LF) arrive as LF. `name` and `id` are left
// out where empty, and end at their first line break.
void append_event(std::string& to, std::string_view data, std::string_view name = {},
                  std::string_view id = {});

// Appends a comment: what keeps a quiet connection open. It is cut at its first line break.
void append_comment(std::string& to, std::string_view text);

// Takes a stream as it comes, cut anywhere, and gives whole events. What is not UTF-8 passes
// through. An event without data is none, as the standard has it.
class SseDecoder {
 public:
  // Of a line, and of an event's data.
  explicit SseDecoder(std::size_t bytes_max = std::size_t{1} << 20) : bytes_max_(bytes_max) {}

  // on_event(SseEvent&&) for each event that these bytes complete, in order. kInvalidArgument where
  // a line or an event is larger than bytes_max; the stream cannot be read on then.
  template <typename OnEvent>
  Status feed(std::string_view bytes, OnEvent&& on_event) {
    while (!bytes.empty()) {
      BYEOL_TRY(const bool whole, take_line(bytes));
      if (!whole) break;
      BYEOL_TRY(const bool complete, end_line());
      if (complete) on_event(take_event());
    }
    return ok();
  }

 private:
  // Moves bytes up to a line's end from `bytes` to line_; whether the end came.
  Result<bool> take_line(std::string_view& bytes);
  // Reads line_; whether an event is complete.
  Result<bool> end_line();
  SseEvent take_event();

  std::size_t bytes_max_;
  std::string line_;
  SseEvent event_;
  bool has_data_ = false;
  bool first_line_ = true;     // A byte order mark may stand before it.
  bool after_return_ = false;  // A line feed would belong to the carriage return before it.
};

}  // namespace byeol::wire
