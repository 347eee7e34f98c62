#include "model/tokenizer/lenient_utf8.h"

#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace byeol::model {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

bool is_continuation(std::uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

}  // namespace

std::size_t announced_bytes(char lead) {
  const std::uint8_t byte = static_cast<std::uint8_t>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t lead = byte_at(text, at);
    const std::size_t size = announced_bytes(text[at]);
    bool whole = lead < 0x80 || (lead >= 0xC0 && lead < 0xF8 && text.size() - at >= size);
    for (std::size_t i = 1; whole && i < size; ++i) whole = is_continuation(byte_at(text, at + i));
    if (!whole) {
      utf8::append(repaired, utf8::kReplacement);
      ++at;
      continue;
    }
    static constexpr std::array<std::uint8_t, 5> kLeadBits{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t code_point = lead & kLeadBits[size];
    for (std::size_t i = 1; i < size; ++i)
      code_point = (code_point << 6) | (byte_at(text, at + i) & 0x3Fu);
    // llama.cpp cannot encode these at all; one replacement is the least surprise.
    if (code_point > 0x10FFFF)
      utf8::append(repaired, utf8::kReplacement);
    else
      utf8::append(repaired, code_point);
    at += size;
  }
  return repaired;
}

}  // namespace byeol::model
