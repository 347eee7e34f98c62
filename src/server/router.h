// Which function answers which method and path. A path may hold one part in braces, whose text the
// function is given: "/v1/models/{id}".
//
// Threads: immutable once filled.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"

namespace byeol::server {

using Endpoint = std::function<void(const Call& call, const std::string& part)>;

class Router {
 public:
  void add(std::string_view method, std::string_view pattern, Endpoint endpoint);
  // Calls the endpoint, or answers 404, or 405 with the methods that there are.
  void route(const Call& call) const;
  // Of a request, for metrics: the pattern, so that ids make no new names; "other" where none fits.
  std::string_view pattern_of(const net::HttpRequest& request) const;

 private:
  struct Route {
    std::string method;
    std::string before;  // Of the part in braces, or the whole path.
    std::string after;
    std::string pattern;
    bool has_part;
    Endpoint endpoint;
  };

  static bool matches(const Route& route, std::string_view path, std::string& part);

  std::vector<Route> routes_;
};

}  // namespace byeol::server
