#include "base/utf8.h"

#include <algorithm>

#include "base/check.h"

namespace byeol::utf8 {
namespace {

struct Lead {
  std::size_t bytes;                      // 0: no character begins with this byte.
  unsigned char second_low, second_high;  // What may follow; the rest is 80..BF.
};

// The table of well-formed sequences of RFC 3629, section 4.
Lead lead(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xc2) return {0, 0, 0};
  if (byte < 0xe0) return {2, 0x80, 0xbf};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte < 0xf0) return {3, 0x80, 0xbf};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte < 0xf4) return {4, 0x80, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

// How many bytes of the first character are there and sound; `wanted` is how many it has.
std::size_t sound_bytes(std::string_view text, std::size_t& wanted) {
  const Lead first = lead(static_cast<unsigned char>(text[0]));
  wanted = first.bytes;
  std::size_t sound = std::min<std::size_t>(1, first.bytes);
  while (sound < wanted && sound < text.size()) {
    const auto byte = static_cast<unsigned char>(text[sound]);
    const unsigned char low = sound == 1 ? first.second_low : 0x80;
    const unsigned char high = sound == 1 ? first.second_high : 0xbf;
    if (byte < low || byte > high) break;
    ++sound;
  }
  return sound;
}

}  // namespace

Decoded decode(std::string_view text) {
  BYEOL_CHECK(!text.empty());
  std::size_t wanted = 0;
  const std::size_t sound = sound_bytes(text, wanted);
  if (sound == 0 || sound < wanted) return {kReplacement, std::max<std::size_t>(sound, 1), false};
  const auto first = static_cast<unsigned char>(text[0]);
  char32_t code_point = wanted == 1 ? first : first & (0x7fu >> wanted);
  for (std::size_t i = 1; i < wanted; ++i)
    code_point = code_point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  return {code_point, wanted, true};
}

bool is_valid(std::string_view text) {
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (!next.valid) return false;
    text.remove_prefix(next.bytes);
  }
  return true;
}

std::size_t incomplete_tail(std::string_view text) {
  for (std::size_t tail = 1; tail <= std::min<std::size_t>(3, text.size()); ++tail) {
    const std::string_view end = text.substr(text.size() - tail);
    std::size_t wanted = 0;
    if (sound_bytes(end, wanted) == tail && wanted > tail) return tail;
  }
  return 0;
}

std::string repaired(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    append(out, next.code_point);
    text.remove_prefix(next.bytes);
  }
  return out;
}

void append(std::string& text, char32_t code_point) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) return put(code_point);
  if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      put(0xe0 | code_point >> 12);
    } else {
      put(0xf0 | code_point >> 18);
      put(0x80 | (code_point >> 12 & 0x3f));
    }
    put(0x80 | (code_point >> 6 & 0x3f));
  }
  put(0x80 | (code_point & 0x3f));
}

}  // namespace byeol::utf8
