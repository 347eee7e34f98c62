#include "engine/model_fingerprint.h"

#include <algorithm>
#include <span>

namespace byeol::engine {
namespace {

constexpr std::size_t kSamples = 8;  // Of a tensor, from its first bytes to its last.
constexpr std::size_t kSampleBytes = 64;

// FNV-1a, 64 bits.
class Hash {
 public:
  void add(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes)
      value_ = (value_ ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  }
  void add_number(std::uint64_t number) { add(std::as_bytes(std::span(&number, 1))); }
  // With its length, so that two texts in a row cannot be cut elsewhere.
  void add_text(std::string_view text) {
    add_number(text.size());
    add(std::as_bytes(std::span(text)));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

void add_tensor(const formats::Tensor& tensor, Hash& hash) {
  hash.add_text(tensor.name);
  hash.add_number(static_cast<std::uint64_t>(tensor.type));
  for (const std::int64_t size : tensor.sizes) hash.add_number(static_cast<std::uint64_t>(size));
  if (tensor.bytes.size() <= kSamples * kSampleBytes) return hash.add(tensor.bytes);
  const std::size_t last = tensor.bytes.size() - kSampleBytes;
  for (std::size_t i = 0; i < kSamples; ++i)
    hash.add(tensor.bytes.subspan(last * i / (kSamples - 1), kSampleBytes));
}

}  // namespace

std::uint64_t model_fingerprint(const formats::Gguf& file) {
  Hash hash;
  for (std::size_t i = 0; i < file.metadata().size(); ++i) {
    hash.add_text(file.metadata()[i].first);
    hash.add(file.encoded_metadata()[i]);
  }
  for (const formats::Tensor& tensor : file.tensors()) add_tensor(tensor, hash);
  return hash.value();
}

}  // namespace byeol::engine
