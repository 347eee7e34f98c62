// Writes a GGUF v3 file: metadata and tensors in the order in which they were added.
//
// What is wrong (a name that occurs twice, a shape that no reader takes, bytes of the wrong size)
// is said by write(), which leaves no half-written file behind: it writes beside the target and
// renames. Source of the format: GGUF specification. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "formats/block_type.h"

namespace byeol::formats {

class GgufWriter {
 public:
  // The type of the value is the type in the file: 5 is an i32, std::uint32_t{5} a u32.
  using Value =
      std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t,
                   std::int32_t, float, bool, std::string, std::uint64_t, std::int64_t, double,
                   std::vector<std::uint8_t>, std::vector<std::int8_t>, std::vector<std::uint16_t>,
                   std::vector<std::int16_t>, std::vector<std::uint32_t>, std::vector<std::int32_t>,
                   std::vector<float>, std::vector<bool>, std::vector<std::string>,
                   std::vector<std::uint64_t>, std::vector<std::int64_t>, std::vector<double>>;
  // Fills the tensor's bytes; called once for each write(), so that one tensor at a time is in
  // memory however large the file becomes.
  using Fill = std::function<Status(std::span<std::byte> bytes)>;

  // The u32 general.alignment also sets where tensors begin: at multiples of it, otherwise of 32.
  void add(std::string key, Value value);
  // A value as another file has it (Gguf::encoded_metadata()); the bytes must stay until write() is
  // done.
  void add_encoded(std::string key, std::span<const std::byte> type_and_value);
  // sizes[0] is the contiguous one (K). The bytes must stay until write() is done.
  void add_tensor(std::string name, BlockType type, std::vector<std::int64_t> sizes,
                  std::span<const std::byte> bytes);
  void add_tensor(std::string name, BlockType type, std::vector<std::int64_t> sizes, Fill fill);

  Status write(const std::string& path) const;
  Result<std::vector<std::byte>> to_bytes() const;

 private:
  struct PlannedTensor {
    std::string name;
    BlockType type;
    std::vector<std::int64_t> sizes;
    Fill fill;
  };
  using Encoded = std::span<const std::byte>;
  using Sink = std::function<Status(std::span<const std::byte>)>;

  Status check() const;
  Status write_to(const Sink& sink) const;

  std::uint32_t alignment_ = 32;
  std::vector<std::pair<std::string, std::variant<Value, Encoded>>> metadata_;
  std::vector<PlannedTensor> tensors_;
};

}  // namespace byeol::formats
