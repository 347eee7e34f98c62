// The events of one response's stream, told to any number of readers: live, while the model makes
// them, or all of them from the store.
//
// A reader goes at its own pace: what it does not take waits here, where the events are anyway, and
// it holds up nobody. Only the client that a response is made for goes at the model's pace: all is
// sent to it at once, and lag_bytes() tells the model when to wait.
//
// Threads: any; one lock around everything. Nothing here blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/call.h"
#include "server/ticker.h"

namespace byeol::server {

class ToldEvents : public std::enable_shared_from_this<ToldEvents> {
 public:
  enum class Pace { kReaders, kModels };

  // What a reader is sent ahead of what it takes.
  static constexpr std::size_t kAheadBytes = std::size_t{64} * 1024;

  // The next event, as JSON. Nobody hears of it before tell() or end().
  void add(std::string json);
  // Puts another one in the place of the last, of which nobody has heard.
  void replace_last(std::string json);
  void tell();
  // Tells what there is, and [DONE]: no more will come.
  void end();

  std::vector<std::string> events() const;
  // Sends the events after that number, those to come, and [DONE]; of those that the reader says to
  // have heard, none, even if they have not been told yet. The stream has begun already. A reader
  // that hangs up is forgotten.
  void read(const Call& call, std::int64_t starting_after, Pace pace = Pace::kReaders);
  // Bytes that the slowest reader at the model's pace has not taken.
  std::size_t lag_bytes() const;

 private:
  struct Reader {
    Call call;
    std::size_t next;  // Event, perhaps one that is to come.
    Pace pace;
    bool waits = false;  // Until it has taken more of what was sent.
  };

  bool send(Reader& reader);
  void forget(const std::shared_ptr<Reader>& reader);
  void send_all();
  void send_when_drained(const std::shared_ptr<Reader>& reader);

  mutable std::mutex mutex_;
  std::vector<std::string> events_;
  std::size_t told_ = 0;  // Of them.
  bool over_ = false;
  std::vector<std::shared_ptr<Reader>> readers_;
};

// Sends a comment now and then, as long as somebody holds the exchange: proxies and clients give up
// quiet connections.
void keep_open(Ticker& ticker, const std::shared_ptr<net::HttpExchange>& exchange,
               std::chrono::milliseconds pace = std::chrono::seconds(15));

}  // namespace byeol::server
