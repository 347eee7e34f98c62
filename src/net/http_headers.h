// The header fields of an HTTP message, in the order in which they came.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace byeol::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first field of that name, in any case; empty where there is none.
inline std::string_view find_header(const HttpHeaders& headers, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (const auto& [key, value] : headers)
    if (std::ranges::equal(key, name, {}, lower, lower)) return value;
  return {};
}

}  // namespace byeol::net
