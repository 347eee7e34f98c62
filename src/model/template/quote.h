// 'name', as error messages show what a template wrote: the beginning is enough of a long one.
#pragma once

#include <string>
#include <string_view>

namespace byeol::model::jinja {

inline std::string quoted(std::string_view text) {
  constexpr std::size_t kMaxBytes = 80;
  std::string out(1, '\'');
  out += text.substr(0, kMaxBytes);
  if (text.size() > kMaxBytes) out += "…";
  out += '\'';
  return out;
}

}  // namespace byeol::model::jinja
