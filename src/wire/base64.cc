#include "wire/base64.h"

#include <cstdint>

namespace byeol::wire {

void append_base64(std::string& to, std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      to.push_back(i <= three.size() ? kLetters[bits >> (18 - 6 * i) & 63] : '=');
  }
}

}  // namespace byeol::wire
