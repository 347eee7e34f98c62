#include "server/access.h"

#include <algorithm>
#include <utility>

namespace byeol::server {
namespace {

constexpr std::string_view kBearer = "Bearer ";

bool same(std::string_view key, std::string_view given) {
  // A key is not empty.
  bool differs = key.size() != given.size();
  for (std::size_t i = 0; i < given.size(); ++i) differs |= given[i] != key[i % key.size()];
  return !differs;
}

// http://localhost, http://127.0.0.1, http://[::1], with any port.
bool is_this_machine(std::string_view origin) {
  for (const std::string_view host : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    if (!origin.starts_with(host)) continue;
    const std::string_view rest = origin.substr(host.size());
    if (rest.empty() ||
        (rest.front() == ':' && rest.find_first_not_of("0123456789", 1) == std::string_view::npos))
      return true;
  }
  return false;
}

}  // namespace

Access::Access(std::vector<std::string> api_keys, std::vector<std::string> cors_origins)
    : api_keys_(std::move(api_keys)), cors_origins_(std::move(cors_origins)) {}

wire::ApiResult<std::uint32_t> Access::tenant_of(const net::HttpRequest& request) const {
  if (api_keys_.empty()) return std::uint32_t{0};
  std::string_view given = request.header("authorization");
  if (given.empty())
    return wire::unauthorized(
        "This server wants an API key; send it as the header 'Authorization: Bearer KEY'.");
  if (!given.starts_with(kBearer))
    return wire::unauthorized("The header 'Authorization' does not begin with 'Bearer '.");
  given.remove_prefix(kBearer.size());
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < api_keys_.size(); ++i)
    if (same(api_keys_[i], given)) found = static_cast<std::uint32_t>(i) + 1;
  if (found == 0) return wire::unauthorized("The API key is not one of this server's.");
  return found;
}

bool Access::allows(std::string_view origin) const {
  if (origin.empty()) return false;
  return is_this_machine(origin) || std::ranges::any_of(cors_origins_, [&](const auto& allowed) {
           return allowed == "*" || allowed == origin;
         });
}

net::HttpHeaders Access::cors_headers(std::string_view origin) const {
  if (!allows(origin)) return {};
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Access-Control-Expose-Headers",
           "x-request-id, retry-after, retry-after-ms, x-should-retry, openai-processing-ms, "
           "x-deadline-met"},
          {"Vary", "Origin"}};
}

net::HttpHeaders Access::preflight_headers(const net::HttpRequest& request) const {
  net::HttpHeaders headers = cors_headers(request.header("origin"));
  if (headers.empty()) return headers;
  headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  const std::string_view asked = request.header("access-control-request-headers");
  headers.emplace_back("Access-Control-Allow-Headers",
                       asked.empty() ? "authorization, content-type" : std::string(asked));
  headers.emplace_back("Access-Control-Max-Age", "86400");
  return headers;
}

}  // namespace byeol::server
