#include "server/live_responses.h"

#include <utility>

namespace byeol::server {

void LiveResponses::add(MakingOf making) {
  const std::lock_guard lock(mutex_);
  std::string id = making.response->id();
  entries_[std::move(id)] = {std::make_shared<const MakingOf>(std::move(making))};
}

std::shared_ptr<const MakingOf> LiveResponses::find(std::string_view id,
                                                    std::string_view owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second.forgotten) return nullptr;
  return found->second.making->owner == owner ? found->second.making : nullptr;
}

void LiveResponses::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(id); found != entries_.end()) entries_.erase(found);
}

void LiveResponses::forget(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(id); found != entries_.end()) found->second.forgotten = true;
}

bool LiveResponses::is_forgotten(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  return found != entries_.end() && found->second.forgotten;
}

}  // namespace byeol::server
