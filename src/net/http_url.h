// What a client needs of an http:// or https:// address (RFC 3986, as far as these schemes use it).
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::net {

struct HttpUrl {
  bool tls = false;
  std::string host;       // Without the brackets of an IPv6 address.
  std::string port;       // "80" and "443" where the address names none.
  std::string target;     // Path and query, as they came; "/" where there is none.
  std::string authority;  // Host and port as the address has them: the header `Host`.
};

// kInvalidArgument: another scheme, no host, a port that is no port, user names (they do not belong
// into an address), or characters that would break the request line. A fragment is dropped.
Result<HttpUrl> parse_http_url(std::string_view url);

}  // namespace byeol::net
