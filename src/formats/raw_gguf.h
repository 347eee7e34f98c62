// For tests: the bytes of a GGUF file put together field by field, so that each can be made wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "formats/value_type.h"

namespace byeol::formats {

class RawGguf {
 public:
  // The magic, a version and the counts.
  static RawGguf header(std::uint64_t tensors, std::uint64_t metadata, std::uint32_t version = 3) {
    RawGguf raw;
    return raw.raw("GGUF").number(version).number(tensors).number(metadata);
  }

  template <typename T>
  RawGguf& number(T value) {
    const auto* begin = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), begin, begin + sizeof value);
    return *this;
  }
  RawGguf& raw(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    bytes_.insert(bytes_.end(), begin, begin + text.size());
    return *this;
  }
  RawGguf& string(std::string_view text) { return number(std::uint64_t{text.size()}).raw(text); }
  RawGguf& key(std::string_view name, ValueType type) {
    return string(name).number(static_cast<std::uint32_t>(type));
  }
  RawGguf& tensor(std::string_view name, std::vector<std::int64_t> sizes, std::uint32_t type,
                  std::uint64_t offset) {
    string(name).number(static_cast<std::uint32_t>(sizes.size()));
    for (const std::int64_t size : sizes) number(size);
    return number(type).number(offset);
  }
  // Zeros up to a multiple of `alignment`, then `size` bytes of tensor data.
  RawGguf& data(std::size_t size, std::size_t alignment = 32) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment + size);
    return *this;
  }
  RawGguf& cut(std::size_t size) {
    bytes_.resize(size);
    return *this;
  }

  // A copy at the end of an allocation of its own, so that a sanitizer sees a read past the end.
  std::vector<std::byte> bytes() const { return {bytes_.begin(), bytes_.end()}; }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace byeol::formats
