// Idempotency-Key: a request that comes again with the same key (because its client lost the
// connection and could not know what had become of it) gets the same answer and is computed once.
// Where the first is still under way, the second joins it: streams are told from their beginning.
//
// A request with a key therefore goes on when its client hangs up. Keys are of a tenant, and are
// remembered for ten minutes; answers that a client would try again anyway (408, 429, from 500 on,
// a stream that ended in an error, what its maker says is none to keep) are not, nor those beyond a
// megabyte. At most a thousand are remembered, of 64 MB together.
//
// Threads: any.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "server/call.h"

namespace byeol::server {

class RecordedExchange;

class Idempotency {
 public:
  // For a request with a key: true, and `call` answers through a recorder from now on, so that it
  // can be routed; false, and the call has been answered or has joined another. One without a key
  // is routed as it is.
  bool admit(Call& call);

 private:
  struct Entry {
    std::shared_ptr<RecordedExchange> exchange;
    std::string request;  // Path, deadline and body, to tell another one with the same key.
    std::chrono::steady_clock::time_point at;
  };

  void forget_old();

  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace byeol::server
