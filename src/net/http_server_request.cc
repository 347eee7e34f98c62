#include <algorithm>

#include "net/http_server.h"
#include "net/percent.h"

namespace byeol::net {

std::string HttpRequest::query_value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (percent_decode_form(pair.substr(0, equals)) != name) continue;
    if (equals == std::string_view::npos) return {};
    return percent_decode_form(pair.substr(equals + 1));
  }
  return {};
}

}  // namespace byeol::net
