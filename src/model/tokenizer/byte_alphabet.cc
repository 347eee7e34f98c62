#include "model/tokenizer/byte_alphabet.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "model/tokenizer/lenient_utf8.h"

namespace byeol::model {
namespace {

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
  std::array<std::string, 256> character;        // byte -> UTF-8
  std::array<std::int16_t, 0x144> byte_of = {};  // code point -> byte, or -1

  Alphabet() {
    byte_of.fill(-1);
    unsigned next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const unsigned code_point = stands_for_itself(byte) ? byte : next++;
      utf8::append(character[byte], code_point);
      byte_of[code_point] = static_cast<std::int16_t>(byte);
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet instance;
  return instance;
}

}  // namespace

std::string_view byte_character(std::uint8_t byte) {
  return alphabet().character[byte];
}

void append_bytes_of(std::string_view written, std::string& bytes) {
  const Alphabet& letters = alphabet();
  for (std::size_t at = 0; at < written.size();) {
    const auto lead = static_cast<std::uint8_t>(written[at]);
    std::size_t size = std::min(announced_bytes(written[at]), written.size() - at);
    unsigned code_point = lead;
    if (size == 2)
      code_point = (lead & 0x1Fu) << 6 | (static_cast<std::uint8_t>(written[at + 1]) & 0x3Fu);
    const bool known = size <= 2 && (size == 2 || lead < 0x80) &&
                       code_point < letters.byte_of.size() && letters.byte_of[code_point] >= 0;
    if (known)
      bytes.push_back(static_cast<char>(letters.byte_of[code_point]));
    else
      bytes.append(written.substr(at, size));
    at += size;
  }
}

void append_written(std::string_view bytes, std::string& written) {
  for (const char byte : bytes) written += byte_character(static_cast<std::uint8_t>(byte));
}

}  // namespace byeol::model
