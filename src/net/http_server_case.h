// Words of HTTP are compared in any case, ASCII only. Not beast::iequals: that of 1.81 reads a byte
// behind words that differ in case.
//
// Threads: pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace byeol::net {

inline bool equal_in_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace byeol::net
