// One line of JSON for each turn that was served or refused: when it came, what it asked for and
// what became of it, without any text. A simulator replays a day from it. The form is documented in
// docs/request_log.md. What each start of a server writes begins with a line about the log itself.
//
// Threads: any; lines are whole and in the order in which turns ended. Each is handed to the system
// at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/turn.h"

namespace byeol::server {

struct LoggedTurn {
  std::string request;   // The request's id.
  std::string endpoint;  // "chat", "completions", "responses", "embeddings".
  std::chrono::steady_clock::time_point arrived;
  runtime::TurnClass turn_class = runtime::TurnClass::kDefault;
  runtime::Deadline deadline;  // As it was promised or wished.
  bool insists = false;        // The request itself asked for it.
  std::uint32_t tenant = 0;
  int choice = 0;                   // Which of its request's turns.
  std::int32_t max_tokens = 0;      // As it was asked for.
  std::int32_t granted_tokens = 0;  // The same, as the context had room.
  std::int32_t prompt_tokens = 0;
  std::vector<std::uint64_t> prefix = {};  // Of its prompt (prefix_hashes.h).
};

class RequestLog {
 public:
  // "": writes nothing. kIo: the file cannot be written.
  static Result<std::unique_ptr<RequestLog>> open(const std::string& path,
                                                  std::string_view model = {});

  bool is_open() const { return is_open_; }

  void add(const LoggedTurn& turn, const runtime::TurnEnd& end);

 private:
  RequestLog() = default;

  void write(const std::string& line);

  std::mutex mutex_;
  std::ofstream file_;
  bool is_open_ = false;
};

}  // namespace byeol::server
