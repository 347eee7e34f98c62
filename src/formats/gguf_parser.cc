#include "formats/gguf_parser.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "formats/cursor.h"
#include "formats/metadata_value.h"
#include "formats/printable.h"
#include "formats/tensor_shape.h"

namespace byeol::formats {
namespace {

constexpr std::size_t kKeyBytesMax = 65535;  // GGUF specification.
// The least that an entry takes in the file: a bound on the counts that a header may announce.
constexpr std::size_t kMetadataEntryBytesMin = 8 + 1 + 4 + 1;
constexpr std::size_t kTensorEntryBytesMin = 8 + 1 + 4 + 8 + 4 + 8;

Error corrupt(std::string message) {
  return {ErrorCode::kCorrupt, std::move(message)};
}
Error unsupported(std::string message) {
  return {ErrorCode::kUnsupported, std::move(message)};
}

std::string at_offset(std::size_t offset) {
  return " at offset " + std::to_string(offset);
}

struct Header {
  std::uint32_t version;
  std::uint64_t tensors;
  std::uint64_t metadata;
};

Result<std::uint32_t> read_version(Cursor& cursor) {
  BYEOL_TRY(const auto version, cursor.read<std::uint32_t>());
  if (version != 0 && (version & 0xFFFFu) == 0)
    return unsupported("a big-endian GGUF file, expected a little-endian one");
  if (version == 1) return unsupported("GGUF version 1, expected 2 or 3: convert the model again");
  if (version != 2 && version != 3)
    return unsupported("GGUF version " + std::to_string(version) + ", expected 2 or 3");
  return version;
}

// A count that the rest of the file cannot hold is refused before anything is allocated for it.
Result<std::uint64_t> read_count(Cursor& cursor, std::string_view what, std::size_t bytes_min) {
  const std::size_t offset = cursor.offset();
  BYEOL_TRY(const auto count, cursor.read<std::uint64_t>());
  if (count > cursor.remaining() / bytes_min)
    return corrupt("the header announces " + std::to_string(count) + " " + std::string(what) +
                   at_offset(offset) + ", the rest of the file holds at most " +
                   std::to_string(cursor.remaining() / bytes_min));
  return count;
}

Result<Header> read_header(Cursor& cursor) {
  if (cursor.remaining() == 0) return corrupt("the file is empty, expected a GGUF file");
  const std::size_t magic_bytes = std::min<std::size_t>(4, cursor.remaining());
  BYEOL_TRY(const auto magic, cursor.take(magic_bytes));
  const std::string_view text(reinterpret_cast<const char*>(magic.data()), magic.size());
  if (text != "GGUF")
    return corrupt("not a GGUF file: it begins with '" + printable(text) + "', expected 'GGUF'");
  Header header{};
  BYEOL_TRY(header.version, read_version(cursor));
  BYEOL_TRY(header.tensors, read_count(cursor, "tensors", kTensorEntryBytesMin));
  BYEOL_TRY(header.metadata, read_count(cursor, "metadata entries", kMetadataEntryBytesMin));
  return header;
}

Result<std::string_view> read_name(Cursor& cursor, std::size_t bytes_max) {
  const std::size_t offset = cursor.offset();
  BYEOL_TRY(const std::string_view name, cursor.read_string());
  if (name.empty() || name.size() > bytes_max)
    return corrupt("a name of " + std::to_string(name.size()) + " bytes" + at_offset(offset) +
                   ", expected 1 to " + std::to_string(bytes_max));
  return name;
}

struct TensorEntry {
  Tensor tensor;
  std::size_t bytes;
  std::uint64_t data_offset;  // From the start of the data section.
  std::size_t entry_offset;   // In the file, for messages.
};

Result<TensorEntry> read_tensor_body(Cursor& cursor, std::string_view name) {
  TensorEntry entry{};
  entry.tensor.name = name;
  entry.tensor.sizes.fill(1);
  const std::size_t dimensions_offset = cursor.offset();
  BYEOL_TRY(const auto dimensions, cursor.read<std::uint32_t>());
  if (dimensions < 1 || dimensions > kDimensionsMax)
    return corrupt(std::to_string(dimensions) + " dimensions" + at_offset(dimensions_offset) +
                   ", expected 1 to " + std::to_string(kDimensionsMax));
  entry.tensor.dimensions = static_cast<int>(dimensions);
  const auto sizes = std::span(entry.tensor.sizes).first(dimensions);
  for (std::int64_t& size : sizes) {
    BYEOL_TRY(size, cursor.read<std::int64_t>());
  }
  const std::size_t type_offset = cursor.offset();
  BYEOL_TRY(const auto type_id, cursor.read<std::uint32_t>());
  entry.tensor.type = static_cast<BlockType>(type_id);
  if (!find_block_traits(entry.tensor.type))
    return unsupported("type " + block_type_name(type_id) + at_offset(type_offset) +
                       " is not supported, expected one of: " + known_block_types());
  BYEOL_TRY(entry.bytes, tensor_bytes(entry.tensor.type, sizes));
  BYEOL_TRY(entry.data_offset, cursor.read<std::uint64_t>());
  return entry;
}

Result<TensorEntry> read_tensor(Cursor& cursor, std::uint64_t number) {
  const std::size_t offset = cursor.offset();
  auto name = read_name(cursor, kTensorNameBytesMax);
  if (!name) return std::move(name.error()).within("tensor " + std::to_string(number));
  auto entry = read_tensor_body(cursor, *name);
  if (!entry) return std::move(entry.error()).within("tensor '" + printable(*name) + "'");
  entry->entry_offset = offset;
  return entry;
}

// Gives the tensor its bytes, or says why it has none.
Status place(TensorEntry& entry, std::span<const std::byte> file, std::size_t data_start,
             std::uint64_t alignment) {
  const auto wrong = [&entry](const std::string& what) {
    return corrupt("tensor '" + printable(entry.tensor.name) + "' (entry" +
                   at_offset(entry.entry_offset) + "): " + what);
  };
  if (entry.data_offset % alignment != 0)
    return wrong("data offset " + std::to_string(entry.data_offset) +
                 ", expected a multiple of the alignment " + std::to_string(alignment));
  const std::size_t room = file.size() > data_start ? file.size() - data_start : 0;
  if (entry.data_offset > room || entry.bytes > room - entry.data_offset)
    return wrong(std::to_string(entry.bytes) + " bytes wanted at data offset " +
                 std::to_string(entry.data_offset) + ", the data section has " +
                 std::to_string(room) + ": is the file cut short?");
  entry.tensor.bytes = file.subspan(data_start + entry.data_offset, entry.bytes);
  return ok();
}

Status check_overlaps(std::span<const TensorEntry> entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&entries](std::size_t i) { return entries[i].data_offset; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const TensorEntry& before = entries[order[i - 1]];
    const TensorEntry& after = entries[order[i]];
    if (after.data_offset - before.data_offset < before.bytes)
      return corrupt("tensors '" + printable(before.tensor.name) + "' and '" +
                     printable(after.tensor.name) + "' overlap at data offset " +
                     std::to_string(after.data_offset));
  }
  return ok();
}

Result<std::uint64_t> read_alignment(const Gguf& gguf) {
  BYEOL_TRY(const std::int64_t alignment, gguf.read_int_or("general.alignment", 32));
  if (alignment < 1 || alignment > (std::int64_t{1} << 31) ||
      !std::has_single_bit(static_cast<std::uint64_t>(alignment)))
    return corrupt("general.alignment is " + std::to_string(alignment) +
                   ", expected a power of two up to 2^31");
  return static_cast<std::uint64_t>(alignment);
}

}  // namespace

Result<Gguf> GgufParser::parse(std::span<const std::byte> file) {
  Gguf gguf;
  Cursor cursor(file);
  BYEOL_TRY(const Header header, read_header(cursor));
  gguf.version_ = header.version;

  gguf.ordered_.reserve(header.metadata);
  gguf.encoded_.reserve(header.metadata);
  for (std::uint64_t number = 1; number <= header.metadata; ++number) {
    auto key = read_name(cursor, kKeyBytesMax);
    if (!key) return std::move(key.error()).within("metadata entry " + std::to_string(number));
    const std::size_t begin = cursor.offset();
    auto value = read_metadata_value(cursor, file);
    if (!value) return std::move(value.error()).within("metadata key '" + printable(*key) + "'");
    gguf.ordered_.emplace_back(*key, *value);
    gguf.encoded_.push_back(file.subspan(begin, cursor.offset() - begin));
  }
  BYEOL_TRY_OK(gguf.index_metadata());
  BYEOL_TRY(const std::uint64_t alignment, read_alignment(gguf));

  if (header.tensors > cursor.remaining() / kTensorEntryBytesMin)
    return corrupt("the header announces " + std::to_string(header.tensors) +
                   " tensors, the file ends after its metadata");
  std::vector<TensorEntry> entries;
  entries.reserve(header.tensors);
  for (std::uint64_t number = 1; number <= header.tensors; ++number) {
    BYEOL_TRY(const TensorEntry entry, read_tensor(cursor, number));
    entries.push_back(entry);
  }

  const std::size_t data_start = (cursor.offset() + alignment - 1) / alignment * alignment;
  gguf.tensors_.reserve(entries.size());
  for (TensorEntry& entry : entries) {
    BYEOL_TRY_OK(place(entry, file, data_start, alignment));
    gguf.tensors_.push_back(entry.tensor);
  }
  BYEOL_TRY_OK(check_overlaps(entries));
  BYEOL_TRY_OK(gguf.index_tensors());
  return gguf;
}

}  // namespace byeol::formats
