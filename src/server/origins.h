// Whose pages may call (CORS), and what keeps the other pages of the web out.
//
// A server of this machine that wants no key is open to every program here, and a browser is one
// that runs anybody's pages. Such a page can send a simple request without asking first, or reach
// us under a name of its own that it lets point here (DNS rebinding). So, where no key is wanted
// and the server listens on this machine only, check() lets a request in that
//   names this machine, or a host that we were told of, in its header `Host`, and
//   comes from no page, from one of this very server, or from one that may call.
// Programs that are no browsers send no `Origin` and notice nothing.
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
  Origins(std::vector<std::string> allowed, std::string listens_on);

  // Whether pages of this origin may call.
  bool allows(std::string_view origin) const;
  // 403, with a sentence that says what to do, where the request may be a foreign page's.
  wire::ApiStatus check(const net::HttpRequest& request) const;

 private:
  bool goes_by(std::string_view host) const;

  std::vector<std::string> allowed_;
  std::string listens_on_;
  bool listens_here_;  // On this machine only.
};

}  // namespace byeol::server
