// A model file (GGUF v2 or v3, one file or splits), mapped and checked to the last offset before
// anyone uses it: after open() every view below is inside the mapping, aligned as the file says,
// of a known type and of the size that its shape asks for.
//
// The memory taken is at most a small multiple of the header that is really in the file, and the
// time is linear in it but for sorting names. Shortening the file while it is open is not survived.
//
// Source of the format: GGUF specification. Threads: immutable after open(); any number may read.
// Lifetime: every string_view and span points into the mapping and lives as long as the Gguf.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/mapped_file.h"
#include "base/result.h"
#include "formats/block_type.h"
#include "formats/name_index.h"
#include "formats/value_type.h"

namespace byeol::formats {

// A weight matrix W[rows][row_elements]: y[n] = sum over k of W[n][k] * x[k].
struct Tensor {
  std::string_view name;
  BlockType type;
  int dimensions;                     // 1 to 4.
  std::array<std::int64_t, 4> sizes;  // sizes[0] is the contiguous one (K); unused ones are 1.
  std::span<const std::byte> bytes;

  std::span<const std::int64_t> shape() const {
    return std::span(sizes).first(static_cast<std::size_t>(dimensions));
  }
  std::int64_t row_elements() const { return sizes[0]; }
  std::int64_t rows() const { return sizes[1] * sizes[2] * sizes[3]; }
  std::size_t row_bytes() const { return bytes.size() / static_cast<std::size_t>(rows()); }
};

// A metadata array is kept where it lies; the accessors of Gguf copy it out, checked.
struct MetadataArray {
  ValueType element_type;  // Never kArray.
  std::uint64_t count;
  std::span<const std::byte> bytes;
};
using MetadataValue =
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string_view, MetadataArray>;

class Gguf {
 public:
  // Opens a file; where it is one of several splits, all of them (found beside it by their name).
  static Result<Gguf> open(const std::string& path);
  // One whole file in memory that outlives the result (tests, fuzzers). Splits are refused.
  static Result<Gguf> parse(std::span<const std::byte> file);

  // Metadata. has() tells whether a key is there; the typed reads give kCorrupt with the key's name
  // for an absent key, a wrong type or a number out of range. `read_or` gives `fallback` for an
  // absent key only. Integers convert among widths where the value fits.
  bool has(std::string_view key) const { return find(key) != nullptr; }
  Result<std::string_view> read_string(std::string_view key) const;
  Result<std::int64_t> read_int(std::string_view key) const;
  Result<double> read_float(std::string_view key) const;  // Integers are taken, too.
  Result<bool> read_bool(std::string_view key) const;
  Result<std::string_view> read_string_or(std::string_view key, std::string_view fallback) const;
  Result<std::int64_t> read_int_or(std::string_view key, std::int64_t fallback) const;
  Result<double> read_float_or(std::string_view key, double fallback) const;
  Result<bool> read_bool_or(std::string_view key, bool fallback) const;
  // Arrays. read_ints also takes a lone integer (a one-element array), and bools as 0 and 1.
  Result<std::vector<std::string_view>> read_strings(std::string_view key) const;
  Result<std::vector<std::int64_t>> read_ints(std::string_view key) const;
  Result<std::vector<float>> read_floats(std::string_view key) const;

  // In the order of the file(s). For `byeol inspect`, and for those who copy a file.
  std::span<const std::pair<std::string_view, MetadataValue>> metadata() const { return ordered_; }
  // Entry by entry the same, as the file has it: the id of the value's type, then the value.
  std::span<const std::span<const std::byte>> encoded_metadata() const { return encoded_; }
  std::span<const Tensor> tensors() const { return tensors_; }
  // Null where there is none of this name.
  const Tensor* find_tensor(std::string_view name) const;
  std::uint32_t version() const { return version_; }

  // The memory of these bytes, a tensor's or a part of it, may be reused; reading them again brings
  // them back.
  void forget(std::span<const std::byte> bytes) const;

 private:
  const MetadataValue* find(std::string_view key) const;
  Status index_metadata();
  Status index_tensors();
  // Takes over the files and tensors of the other parts of a split file.
  Status append_parts(std::vector<Gguf> parts);

  std::vector<MappedFile> files_;  // Empty after parse().
  std::uint32_t version_ = 0;
  std::vector<std::pair<std::string_view, MetadataValue>> ordered_;
  std::vector<std::span<const std::byte>> encoded_;
  NameIndex metadata_index_;
  std::vector<Tensor> tensors_;
  NameIndex tensor_index_;

  friend class GgufParser;
  friend class GgufOpener;
};

}  // namespace byeol::formats
