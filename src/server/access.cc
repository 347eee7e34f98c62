#include "server/access.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace byeol::server {
namespace {

constexpr std::string_view kBearer = "bearer ";
// All that our answers say in headers, beyond what pages may always read.
constexpr const char* kExposed =
    "x-request-id, retry-after, retry-after-ms, x-should-retry, openai-processing-ms, allow, "
    "x-deadline-met, x-deadline-first-ms, x-deadline-gap-ms, x-deadline-total-ms";

// The name of a scheme may be written in any case (RFC 9110, 11.1).
bool is_bearer(std::string_view given) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(given.substr(0, kBearer.size()), kBearer, {}, lower);
}

bool same(std::string_view key, std::string_view given) {
  // A key is not empty.
  bool differs = key.size() != given.size();
  for (std::size_t i = 0; i < given.size(); ++i) differs |= given[i] != key[i % key.size()];
  return !differs;
}

std::string owner_of_key(const std::string& key) {
  const std::string text = "byeol tenant\n" + key;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  BYEOL_CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
              1);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

}  // namespace

Access::Access(std::vector<std::string> api_keys, std::vector<std::string> cors_origins,
               std::string_view listens_on)
    : api_keys_(std::move(api_keys)), owners_{""}, origins_(std::move(cors_origins), listens_on) {
  for (const std::string& key : api_keys_) owners_.push_back(owner_of_key(key));
}

wire::ApiResult<std::uint32_t> Access::tenant_of(const net::HttpRequest& request) const {
  if (api_keys_.empty()) return std::uint32_t{0};
  std::string_view given = request.header("authorization");
  if (given.empty())
    return wire::unauthorized(
        "This server wants an API key; send it as the header 'Authorization: Bearer KEY'.");
  if (!is_bearer(given))
    return wire::unauthorized("The header 'Authorization' does not begin with 'Bearer '.");
  given.remove_prefix(std::min(given.find_first_not_of(' ', kBearer.size()), given.size()));
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < api_keys_.size(); ++i)
    if (same(api_keys_[i], given)) found = static_cast<std::uint32_t>(i) + 1;
  if (found == 0) return wire::unauthorized("The API key is not one of this server's.");
  return found;
}

wire::ApiStatus Access::check_page(const net::HttpRequest& request) const {
  return wants_key() ? wire::ApiStatus(Nothing{}) : origins_.check(request);
}

net::HttpHeaders Access::cors_headers(std::string_view origin) const {
  if (!origins_.allows(origin)) return {};
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Access-Control-Expose-Headers", kExposed},
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
