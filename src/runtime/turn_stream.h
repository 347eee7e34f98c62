// Hears a turn and hands it to a thread that waits for it: the pull side of TurnListener.
//
// Threads: next() from one thread, the runtime's thread on the other side.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/turn.h"

namespace byeol::runtime {

class TurnStream : public TurnListener {
 public:
  struct Item {
    TokenId token = model::kNoToken;  // kNoToken in the last item.
    std::string text;
    std::optional<TurnEnd> end;  // In the last item; its text is in `text`.
  };

  // The next item; nothing where none came within `timeout`. After the last one: nothing, at once.
  std::optional<Item> next(std::chrono::milliseconds timeout);

  void on_token(const TokenEvent& event) override;
  void on_end(const TurnEnd& end) override;

 private:
  void push(Item item);

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Item> items_;
  bool over_ = false;  // The last item was taken.
};

}  // namespace byeol::runtime
