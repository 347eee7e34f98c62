#include "server/router.h"

#include <utility>

namespace byeol::server {

void Router::add(std::string_view method, std::string_view pattern, Endpoint endpoint) {
  const std::size_t open = pattern.find('{');
  const bool has_part = open != std::string_view::npos;
  Route route{.method = std::string(method),
              .before = std::string(pattern.substr(0, open)),
              .after = {},
              .pattern = std::string(pattern),
              .has_part = has_part,
              .endpoint = std::move(endpoint)};
  if (has_part) route.after = pattern.substr(pattern.find('}') + 1);
  routes_.push_back(std::move(route));
}

bool Router::matches(const Route& route, std::string_view path, std::string& part) {
  if (!route.has_part) return path == route.before;
  if (path.size() <= route.before.size() + route.after.size()) return false;
  if (!path.starts_with(route.before) || !path.ends_with(route.after)) return false;
  path.remove_prefix(route.before.size());
  path.remove_suffix(route.after.size());
  // A model's name may hold a slash; the parts of other paths do not.
  if (route.pattern != "/v1/models/{id}" && path.find('/') != std::string_view::npos) return false;
  part = path;
  return true;
}

void Router::route(const Call& call) const {
  const net::HttpRequest& request = call.request();
  // HEAD is GET without the body, which the connection leaves out.
  const std::string_view method =
      request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed, part;
  for (const Route& route : routes_) {
    if (!matches(route, request.path, part)) continue;
    if (route.method == method) return route.endpoint(call, part);
    if (allowed.find(route.method) == std::string::npos)
      allowed += (allowed.empty() ? "" : ", ") + route.method;
  }
  if (allowed.empty())
    return respond_error(
        call, wire::not_found("There is no " + request.method + " " + request.path.substr(0, 200) +
                              " here; docs/api.md lists what there is."));
  wire::ApiError error =
      wire::invalid_request("The method " + request.method + " is not allowed for " +
                                request.path.substr(0, 200) + "; expected " + allowed + ".",
                            {}, "method_not_allowed");
  error.status = 405;
  respond_error(call, error, {{"Allow", allowed}});
}

std::string_view Router::pattern_of(const net::HttpRequest& request) const {
  std::string part;
  for (const Route& route : routes_)
    if (matches(route, request.path, part)) return route.pattern;
  return "other";
}

}  // namespace byeol::server
