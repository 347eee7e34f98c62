// Who may come in: API keys, and which pages of the web may call (CORS).
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "wire/api_error.h"

namespace byeol::server {

class Access {
 public:
  Access(std::vector<std::string> api_keys, std::vector<std::string> cors_origins);

  bool wants_key() const { return !api_keys_.empty(); }
  // The tenant that the key stands for. 401 where one is wanted and it is absent or unknown. The
  // time does not tell how much of a key was right.
  wire::ApiResult<std::uint32_t> tenant_of(const net::HttpRequest& request) const;

  // What the answer to a page of this origin carries; nothing where the page may not call.
  net::HttpHeaders cors_headers(std::string_view origin) const;
  // The same for the question that a browser asks before it calls (OPTIONS).
  net::HttpHeaders preflight_headers(const net::HttpRequest& request) const;

 private:
  bool allows(std::string_view origin) const;

  std::vector<std::string> api_keys_;
  std::vector<std::string> cors_origins_;
};

}  // namespace byeol::server
