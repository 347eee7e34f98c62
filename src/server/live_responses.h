// The responses that are being made, by their ids, with the means to cancel them.
//
// Threads: any.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/live_response.h"

namespace byeol::server {

struct MakingOf {
  std::shared_ptr<LiveResponse> response;
  std::string owner = {};  // Call::owner of whom it is made for.
  bool background = false;
  std::function<void()> cancel;
};

class LiveResponses {
 public:
  void add(MakingOf making);
  // Nothing where it is not being made (any more), and where it is somebody else's.
  std::shared_ptr<const MakingOf> find(std::string_view id, std::string_view owner) const;
  void remove(std::string_view id);
  // It was deleted while it was being made: it is not to be stored.
  void forget(std::string_view id);
  bool is_forgotten(std::string_view id) const;

 private:
  struct Entry {
    std::shared_ptr<const MakingOf> making;
    bool forgotten = false;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace byeol::server
