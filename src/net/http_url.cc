#include "net/http_url.h"

#include <algorithm>
#include <charconv>

namespace byeol::net {
namespace {

Error wrong(std::string_view url, std::string_view why) {
  std::string shown;
  for (const char c : url.substr(0, 200)) shown += c > ' ' && c < 0x7f ? c : '?';
  return {ErrorCode::kInvalidArgument, "address '" + shown + "': " + std::string(why)};
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view url) {
  if (std::ranges::any_of(url, [](char c) { return c <= ' ' || c == 0x7f; }))
    return wrong(url, "blanks and control characters must be percent-encoded");
  HttpUrl parts;
  std::string_view rest = url;
  if (rest.starts_with("http://"))
    rest.remove_prefix(7);
  else if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
    parts.tls = true;
  } else
    return wrong(url, "it must begin with http:// or https://");

  rest = rest.substr(0, rest.find('#'));
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  parts.authority = authority;
  parts.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  if (authority.find('@') != std::string_view::npos)
    return Error{ErrorCode::kInvalidArgument, "an address must not hold a user name or password"};

  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return wrong(url, "a ']' is missing");
    parts.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    has_port = port.starts_with(':');
    if (!port.empty() && !has_port) return wrong(url, "only a port may follow the ']'");
  } else {
    const std::size_t colon = authority.find(':');
    parts.host = authority.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = authority.substr(colon);
  }
  if (parts.host.empty()) return wrong(url, "it names no host");
  if (has_port) port.remove_prefix(1);
  if (has_port && !is_port(port)) return wrong(url, "its port must be from 1 to 65535");
  parts.port = has_port ? std::string(port) : parts.tls ? "443" : "80";
  return parts;
}

}  // namespace byeol::net
