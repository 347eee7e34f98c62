#include "runtime/turn_stream.h"

#include <utility>

namespace byeol::runtime {

std::optional<TurnStream::Item> TurnStream::next(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (over_ || !arrived_.wait_for(lock, timeout, [this] { return !items_.empty(); }))
    return std::nullopt;
  Item item = std::move(items_.front());
  items_.pop_front();
  over_ = item.end.has_value();
  return item;
}

void TurnStream::on_token(const TokenEvent& event) {
  push({event.token, std::string(event.text), std::nullopt});
}

void TurnStream::on_end(const TurnEnd& end) {
  Item item{model::kNoToken, std::string(end.text), end};
  item.end->text = {};  // It does not outlive the call.
  push(std::move(item));
}

void TurnStream::push(Item item) {
  {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
  }
  arrived_.notify_one();
}

}  // namespace byeol::runtime
