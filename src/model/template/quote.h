// 'name', as error messages show what a template wrote.
#pragma once

#include <string>
#include <string_view>

namespace byeol::model::jinja {

inline std::string quoted(std::string_view text) {
  std::string out(1, '\'');
  out += text;
  out += '\'';
  return out;
}

}  // namespace byeol::model::jinja
