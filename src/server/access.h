// Who may come in: API keys, and the answers to what browsers ask about pages (CORS).
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "server/origins.h"
#include "wire/api_error.h"

namespace byeol::server {

class Access {
 public:
  // `listens_on`: the address or name that the server was given.
  Access(std::vector<std::string> api_keys, std::vector<std::string> cors_origins,
         std::string_view listens_on = "127.0.0.1");

  bool wants_key() const { return !api_keys_.empty(); }
  // The tenant that the key stands for. 401 where one is wanted and it is absent or unknown. The
  // time does not tell how much of a key was right.
  wire::ApiResult<std::uint32_t> tenant_of(const net::HttpRequest& request) const;

  // What the tenant's stored responses are kept under: a hash of its key, which stays the same when
  // keys come, go or change places; empty where no key is wanted.
  const std::string& owner_of(std::uint32_t tenant) const { return owners_[tenant]; }
  // 403 where the request may come from a page that must not call: see Origins. A key is proof
  // enough, for pages have none of ours.
  wire::ApiStatus check_page(const net::HttpRequest& request) const;

  // What the answer to a page of this origin carries; nothing where the page may not call.
  net::HttpHeaders cors_headers(std::string_view origin) const;
  // The same for the question that a browser asks before it calls (OPTIONS).
  net::HttpHeaders preflight_headers(const net::HttpRequest& request) const;

 private:
  std::vector<std::string> api_keys_;
  std::vector<std::string> owners_;  // By tenant.
  Origins origins_;
};

}  // namespace byeol::server
