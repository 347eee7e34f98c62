#include "model/tokenizer/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace byeol::model {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

bool is_continuation(std::uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

bool is_ascii_word(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return (word & 0x8080808080808080u) == 0;
}

}  // namespace

Utf8Step next_utf8(std::string_view text) {
  using Kind = Utf8Step::Kind;
  const std::uint8_t lead = byte_at(text, 0);
  if (lead < 0x80) return {Kind::kCharacter, 1};
  if (lead < 0xC2 || lead > 0xF4) return {Kind::kBroken, 1};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range excludes overlong forms, surrogates and all beyond U+10FFFF.
  const std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < size; ++i) {
    if (i == text.size()) return {Kind::kUnfinished, i};
    const std::uint8_t byte = byte_at(text, i);
    const bool fits = i == 1 ? byte >= low && byte <= high : is_continuation(byte);
    if (!fits) return {Kind::kBroken, i};
  }
  return {Kind::kCharacter, size};
}

bool is_valid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && is_ascii_word(text.data() + at)) {
      at += 8;
      continue;
    }
    const Utf8Step step = next_utf8(text.substr(at));
    if (step.kind != Utf8Step::Kind::kCharacter) return false;
    at += step.bytes;
  }
  return true;
}

std::size_t announced_bytes(char lead) {
  const std::uint8_t byte = static_cast<std::uint8_t>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

void append_utf8(std::uint32_t code_point, std::string& text) {
  const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
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
      repaired += kReplacement;
      ++at;
      continue;
    }
    static constexpr std::array<std::uint8_t, 5> kLeadBits{0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t code_point = lead & kLeadBits[size];
    for (std::size_t i = 1; i < size; ++i)
      code_point = (code_point << 6) | (byte_at(text, at + i) & 0x3F);
    // llama.cpp cannot encode these at all; one replacement is the least surprise.
    if (code_point > 0x10FFFF)
      repaired += kReplacement;
    else
      append_utf8(code_point, repaired);
    at += size;
  }
  return repaired;
}

}  // namespace byeol::model
