#include "server/origins.h"

#include <algorithm>
#include <utility>

namespace byeol::server {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Of HOST or HOST:PORT; an IPv6 address in brackets comes without them, a name that is written to
// its root ("localhost.") without the dot.
std::string_view name_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  std::string_view name = authority.substr(0, authority.rfind(':'));
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

// Of SCHEME://HOST:PORT; empty where it is none ("null").
std::string_view authority_of(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

// 127.0.0.1 and its like: four numbers, so that no name of the web is one.
bool is_loopback_v4(std::string_view host) {
  if (!host.starts_with("127.") || host.find_first_not_of("0123456789.") != std::string_view::npos)
    return false;
  return std::ranges::count(host, '.') == 3 && !host.ends_with('.');
}

bool is_loopback(std::string_view host) {
  return same(host, "localhost") || host == "::1" || is_loopback_v4(host);
}

// Names that nobody can register: those that lead to this machine by their rules (RFC 6761), and
// those by which containers reach it.
bool is_reserved(std::string_view host) {
  constexpr std::string_view kBelow = ".localhost";
  return same(host, "host.docker.internal") || same(host, "host.containers.internal") ||
         (host.size() > kBelow.size() && same(host.substr(host.size() - kBelow.size()), kBelow));
}

// http://localhost, http://127.0.0.1, http://[::1], with any port.
bool is_this_machine(std::string_view origin) {
  for (const std::string_view host : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    if (!origin.starts_with(host)) continue;
    const std::string_view rest = origin.substr(host.size());
    if (rest.empty() ||
        (rest.front() == ':' && rest.find_first_not_of(kDigits, 1) == std::string_view::npos))
      return true;
  }
  return false;
}

// A browser says that a page of another site wants it (an image, a script), and does not say which:
// such requests have no origin. To follow a link is no such thing.
bool is_embedded_elsewhere(const net::HttpRequest& request) {
  return request.header("sec-fetch-site") == "cross-site" &&
         request.header("sec-fetch-mode") != "navigate";
}

wire::ApiError forbidden(const std::string& message, const char* code) {
  wire::ApiError error = wire::invalid_request(message, {}, code);
  error.status = 403;
  return error;
}

}  // namespace

Origins::Origins(std::vector<std::string> allowed, std::string_view listens_on)
    : allowed_(std::move(allowed)), listens_here_(is_loopback(listens_on)) {}

bool Origins::allows(std::string_view origin) const {
  if (origin.empty()) return false;
  return is_this_machine(origin) || std::ranges::any_of(allowed_, [&](const std::string& allowed) {
           return allowed == "*" || allowed == origin;
         });
}

bool Origins::goes_by(std::string_view host) const {
  const std::string_view name = name_of(host);
  if (name.empty()) return false;
  return is_loopback(name) || is_reserved(name) ||
         std::ranges::any_of(allowed_, [&](const std::string& allowed) {
           return allowed == "*" || same(name, name_of(authority_of(allowed)));
         });
}

wire::ApiStatus Origins::check(const net::HttpRequest& request) const {
  constexpr std::size_t kQuotedMax = 100;
  if (request.path == "/health" || request.path == "/ready") return Nothing{};
  const std::string_view host = request.header("host");
  // Without one it is HTTP/1.0, which no browser speaks.
  if (listens_here_ && !host.empty() && !goes_by(host))
    return forbidden("The header 'Host' is '" + std::string(host.substr(0, kQuotedMax)) +
                         "', which is no name of this server; give it the option --cors-origin "
                         "with that name (https://NAME), or an API key.",
                     "host_not_allowed");
  const std::string_view origin = request.header("origin");
  const bool is_own = !host.empty() && same(authority_of(origin), host);
  if (is_own || allows(origin) ||
      (origin.empty() && (allows_all() || !is_embedded_elsewhere(request))))
    return Nothing{};
  const std::string page = origin.empty()
                               ? "another site"
                               : "the origin '" + std::string(origin.substr(0, kQuotedMax)) + "'";
  return forbidden(
      "Pages of " + page +
          " may not call this server; give it the option --cors-origin with their origin.",
      "origin_not_allowed");
}

}  // namespace byeol::server
