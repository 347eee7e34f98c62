// Whose pages may call (CORS), and what keeps the other pages of the web out.
//
// A server that wants no key is open to every program that reaches it, and a browser is one that
// runs anybody's pages. Such a page can send a simple request without asking first, embed what it
// cannot read, or reach us under a name of its own that it lets point here (DNS rebinding). So,
// where no key is wanted, check() lets a request in that
//   comes from no page, from one of this very server, or from one that may call, and
//   names this machine, or a host that we were told of, in its header `Host`: only where the server
//   listens on this machine alone. One that listens for others cannot know by which names they
//   reach it; a key keeps rebound names out there.
// Programs that are no browsers send no `Origin` and notice nothing. Probes (/health, /ready) tell
// nobody anything and are let in under any name.
//
// Threads: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "wire/api_error.h"

namespace byeol::server {

class Origins {
 public:
  // `allowed`: "*", or origins such as https://example.org; pages of this machine always may call.
  // `listens_on`: the address or name that the server was given.
  Origins(std::vector<std::string> allowed, std::string_view listens_on);

  // Whether pages of this origin may call.
  bool allows(std::string_view origin) const;
  // 403, with a sentence that says what to do, where the request may be a foreign page's.
  wire::ApiStatus check(const net::HttpRequest& request) const;

 private:
  bool goes_by(std::string_view host) const;
  bool allows_all() const { return allows("*"); }

  std::vector<std::string> allowed_;
  bool listens_here_;  // On this machine only.
};

}  // namespace byeol::server
