// The OpenAI-compatible server: endpoints over a runtime. docs/api.md lists what it offers.
//
// Threads: start(), drain(), cancel() and the destructor from one; everything else happens on the
// threads of net::HttpServer and runtime::Runtime.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/runtime.h"
#include "server/metrics.h"
#include "server/server_options.h"

namespace byeol::server {

class Server {
 public:
  // `metrics` hears of the runtime's steps already; both must outlive the server. Errors: the
  // address is taken, the store is another process's, the store, the request log or the chat
  // template cannot be read.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                               runtime::Runtime& runtime, Metrics& metrics);
  ~Server();

  // http://127.0.0.1:8080
  std::string url() const;
  // What was not fatal and should be known: a damaged prefix cache, a template that is missing.
  const std::vector<std::string>& warnings() const;
  // Takes no more requests and waits until those under way have ended, or so long, or until
  // `hurry`, which is asked a few times a second, says so. True: all ended, also those to which
  // nobody listens: responses in the background, requests with an Idempotency-Key.
  bool drain(std::chrono::milliseconds patience, const std::function<bool()>& hurry = {});
  // Ends what is under way, within a step, and gives clients a moment to hear of it.
  void cancel();
  // Where there is a prefix cache: writes what is remembered into it.
  Status save_prefixes();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace byeol::server
