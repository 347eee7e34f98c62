#include "formats/gguf_writer.h"

#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>

#include "formats/name_index.h"
#include "formats/printable.h"
#include "formats/tensor_shape.h"
#include "formats/value_type.h"

namespace byeol::formats {
namespace {

template <typename T>
constexpr ValueType value_type() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return ValueType::kU8;
  if constexpr (std::is_same_v<T, std::int8_t>) return ValueType::kI8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return ValueType::kU16;
  if constexpr (std::is_same_v<T, std::int16_t>) return ValueType::kI16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return ValueType::kU32;
  if constexpr (std::is_same_v<T, std::int32_t>) return ValueType::kI32;
  if constexpr (std::is_same_v<T, float>) return ValueType::kF32;
  if constexpr (std::is_same_v<T, bool>) return ValueType::kBool;
  if constexpr (std::is_same_v<T, std::string>) return ValueType::kString;
  if constexpr (std::is_same_v<T, std::uint64_t>) return ValueType::kU64;
  if constexpr (std::is_same_v<T, std::int64_t>) return ValueType::kI64;
  if constexpr (std::is_same_v<T, double>) return ValueType::kF64;
}

// The file's header in the making.
class Bytes {
 public:
  template <typename T>
    requires std::is_arithmetic_v<T>
  void put(T value) {
    if constexpr (std::is_same_v<T, bool>) {
      bytes_.push_back(std::byte{value});
    } else {
      const auto* begin = reinterpret_cast<const std::byte*>(&value);
      bytes_.insert(bytes_.end(), begin, begin + sizeof value);
    }
  }
  void put(ValueType type) { put(static_cast<std::uint32_t>(type)); }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    put_raw(text);
  }
  template <typename T>
  void put(const std::vector<T>& elements) {
    put(value_type<T>());
    put(std::uint64_t{elements.size()});
    for (const T& element : elements) put(element);
  }
  void put_raw(std::string_view text) { put_raw(std::as_bytes(std::span(text))); }
  void put_raw(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void pad(std::size_t alignment) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
  }
  std::span<const std::byte> view() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

struct PutValue {
  Bytes& bytes;
  template <typename T>
  void operator()(const std::vector<T>& elements) const {
    bytes.put(ValueType::kArray);
    bytes.put(elements);
  }
  template <typename T>
  void operator()(const T& value) const {
    bytes.put(value_type<T>());
    bytes.put(value);
  }
};

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Error failed(const std::string& step) {
  return {ErrorCode::kIo, step + ": " + std::strerror(errno)};
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Status put_on_disk(File file, const std::string& path) {
  if (std::fflush(file.get()) != 0) return failed("write " + path);
  if (std::fclose(file.release()) != 0) return failed("close " + path);
  return ok();
}

}  // namespace

void GgufWriter::add(std::string key, Value value) {
  const auto* number = std::get_if<std::uint32_t>(&value);
  if (key == "general.alignment" && number) alignment_ = *number;
  metadata_.emplace_back(std::move(key), std::move(value));
}

void GgufWriter::add_encoded(std::string key, std::span<const std::byte> type_and_value) {
  metadata_.emplace_back(std::move(key), type_and_value);
}

void GgufWriter::add_tensor(std::string name, BlockType type, std::vector<std::int64_t> sizes,
                            std::span<const std::byte> bytes) {
  add_tensor(std::move(name), type, std::move(sizes),
             [bytes](std::span<std::byte> target) -> Status {
               if (bytes.size() != target.size())
                 return invalid(std::to_string(bytes.size()) + " bytes given, its shape takes " +
                                std::to_string(target.size()));
               std::memcpy(target.data(), bytes.data(), bytes.size());
               return ok();
             });
}

void GgufWriter::add_tensor(std::string name, BlockType type, std::vector<std::int64_t> sizes,
                            Fill fill) {
  tensors_.push_back({std::move(name), type, std::move(sizes), std::move(fill)});
}

Status GgufWriter::check() const {
  if (!std::has_single_bit(alignment_))
    return invalid("alignment " + std::to_string(alignment_) + ", expected a power of two");
  NameIndex keys;
  for (const auto& [key, value] : metadata_) {
    if (key.empty()) return invalid("a metadata key without a name");
    keys.add(key);
  }
  if (const auto twice = keys.sort())
    return invalid("metadata key '" + printable(*twice) + "' was added twice");
  NameIndex names;
  for (const PlannedTensor& tensor : tensors_) {
    const std::string label = "tensor '" + printable(tensor.name) + "'";
    if (tensor.name.empty() || tensor.name.size() > kTensorNameBytesMax)
      return invalid(label + ": a name of " + std::to_string(tensor.name.size()) +
                     " bytes, expected 1 to " + std::to_string(kTensorNameBytesMax));
    names.add(tensor.name);
    auto bytes = tensor_bytes(tensor.type, tensor.sizes);
    if (!bytes) return invalid(label + ": " + bytes.error().message);
  }
  if (const auto twice = names.sort())
    return invalid("tensor '" + printable(*twice) + "' was added twice");
  return ok();
}

Status GgufWriter::write_to(const Sink& sink) const {
  BYEOL_TRY_OK(check());
  Bytes header;
  header.put_raw("GGUF");
  header.put(std::uint32_t{3});
  header.put(std::uint64_t{tensors_.size()});
  header.put(std::uint64_t{metadata_.size()});
  for (const auto& [key, value] : metadata_) {
    header.put(key);
    if (const auto* encoded = std::get_if<Encoded>(&value))
      header.put_raw(*encoded);
    else
      std::visit(PutValue{header}, std::get<Value>(value));
  }
  const auto padded = [this](std::size_t bytes) {
    return (bytes + alignment_ - 1) / alignment_ * alignment_;
  };
  std::uint64_t offset = 0;
  for (const PlannedTensor& tensor : tensors_) {
    header.put(tensor.name);
    header.put(static_cast<std::uint32_t>(tensor.sizes.size()));
    for (const std::int64_t size : tensor.sizes) header.put(size);
    header.put(static_cast<std::uint32_t>(tensor.type));
    header.put(offset);
    BYEOL_TRY(const std::size_t bytes, tensor_bytes(tensor.type, tensor.sizes));
    offset += padded(bytes);
  }
  header.pad(alignment_);
  BYEOL_TRY_OK(sink(header.view()));

  std::vector<std::byte> buffer;
  for (const PlannedTensor& tensor : tensors_) {
    BYEOL_TRY(const std::size_t bytes, tensor_bytes(tensor.type, tensor.sizes));
    buffer.assign(padded(bytes), std::byte{0});
    auto filled = tensor.fill(std::span(buffer).first(bytes));
    if (!filled) return std::move(filled.error()).within("tensor '" + printable(tensor.name) + "'");
    BYEOL_TRY_OK(sink(buffer));
  }
  return ok();
}

Status GgufWriter::write(const std::string& path) const {
  const std::string unfinished = path + ".part";
  File file(std::fopen(unfinished.c_str(), "wb"));
  if (!file) return failed("create " + unfinished);
  Status written = write_to([&](std::span<const std::byte> bytes) -> Status {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
      return failed("write " + unfinished);
    return ok();
  });
  if (written) written = put_on_disk(std::move(file), unfinished);
  if (written && std::rename(unfinished.c_str(), path.c_str()) != 0)
    written = failed("rename " + unfinished);
  if (!written) std::remove(unfinished.c_str());
  return written;
}

Result<std::vector<std::byte>> GgufWriter::to_bytes() const {
  std::vector<std::byte> all;
  BYEOL_TRY_OK(write_to([&all](std::span<const std::byte> bytes) -> Status {
    all.insert(all.end(), bytes.begin(), bytes.end());
    return ok();
  }));
  return all;
}

}  // namespace byeol::formats
