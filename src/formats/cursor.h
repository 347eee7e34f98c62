// Walks untrusted bytes. Every read is checked; nothing is trusted to be aligned.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::formats {

static_assert(std::endian::native == std::endian::little, "model files are read in place");

class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return bytes_.size() - offset_; }

  template <typename T>
  Result<T> read() {
    BYEOL_TRY(const std::span<const std::byte> bytes, take(sizeof(T)));
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  Result<std::span<const std::byte>> take(std::uint64_t size) {
    if (remaining() < size) return past_the_end(size);  // Never offset + size: it wraps.
    const auto taken = bytes_.subspan(offset_, size);
    offset_ += size;
    return taken;
  }

  // A u64 length, then as many bytes.
  Result<std::string_view> read_string() {
    BYEOL_TRY(const auto size, read<std::uint64_t>());
    BYEOL_TRY(const std::span<const std::byte> text, take(size));
    return std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
  }

 private:
  Error past_the_end(std::uint64_t wanted) const {
    return {ErrorCode::kCorrupt, std::to_string(wanted) + " bytes wanted at offset " +
                                     std::to_string(offset_) + ", the file has " +
                                     std::to_string(bytes_.size())};
  }

  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
};

}  // namespace byeol::formats
