#include "formats/quantize_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/check.h"
#include "formats/gguf_writer.h"
#include "formats/name_list.h"
#include "formats/printable.h"
#include "formats/quantize_rows.h"
#include "formats/tensor_shape.h"

namespace byeol::formats {
namespace {

constexpr std::uint32_t kQuantizationVersion = 2;  // Of ggml's block layouts.
constexpr float kLargestHalf = 65504.0f;

bool is_float(BlockType type) {
  return type == BlockType::kF32 || type == BlockType::kF16 || type == BlockType::kBF16;
}

std::size_t bytes_of(const TensorPlan& plan) {
  const auto bytes = tensor_bytes(plan.type, plan.tensor->shape());
  BYEOL_CHECK(bytes);  // The type fits the row, and the shape was taken by the reader.
  return *bytes;
}

bool is_of_the_old_file(std::string_view key) {
  constexpr std::array<std::string_view, 3> kReplaced = {
      "general.file_type", "general.quantization_version", "general.alignment"};
  return std::ranges::find(kReplaced, key) != kReplaced.end() || key.starts_with("split.") ||
         key.starts_with("quantize.imatrix.");
}

void copy_metadata(const Gguf& source, const Quantization& target, GgufWriter& writer) {
  for (std::size_t i = 0; i < source.metadata().size(); ++i) {
    const std::string_view key = source.metadata()[i].first;
    if (!is_of_the_old_file(key))
      writer.add_encoded(std::string(key), source.encoded_metadata()[i]);
  }
  writer.add("general.quantization_version", kQuantizationVersion);
  writer.add("general.file_type", target.file_type);
}

// Rows of a tensor, with a note of the first that cannot be written.
class CheckedRows {
 public:
  CheckedRows(const Tensor& tensor, BlockType target)
      : tensor_(tensor),
        limit_(target == BlockType::kF16 ? kLargestHalf : std::numeric_limits<float>::max()) {}

  void read(std::int64_t row, std::span<float> values) {
    dequantize(tensor_.type, tensor_.bytes.data() + static_cast<std::size_t>(row) * row_bytes_,
               values);
    // Not "above the limit": a NaN is neither above nor below.
    const bool fits =
        std::ranges::all_of(values, [this](float value) { return std::abs(value) <= limit_; });
    if (fits) return;
    std::int64_t first = first_wrong_.load();
    while (row < first && !first_wrong_.compare_exchange_weak(first, row)) {
    }
  }

  Status check() const {
    const std::int64_t row = first_wrong_.load();
    if (row == kNone) return ok();
    std::vector<float> values(static_cast<std::size_t>(tensor_.row_elements()));
    dequantize(tensor_.type, tensor_.bytes.data() + static_cast<std::size_t>(row) * row_bytes_,
               values);
    const auto wrong =
        std::ranges::find_if(values, [this](float value) { return !(std::abs(value) <= limit_); });
    const std::string place = "row " + std::to_string(row) + ", column " +
                              std::to_string(wrong - values.begin()) + " is " +
                              std::to_string(*wrong);
    if (std::isfinite(*wrong))
      return Error{ErrorCode::kInvalidArgument, place + ", F16 reaches 65504; BF16 takes it"};
    return Error{ErrorCode::kCorrupt, place + ", expected a finite number"};
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  const Tensor& tensor_;
  float limit_;
  std::size_t row_bytes_ = tensor_.row_bytes();
  std::atomic<std::int64_t> first_wrong_{kNone};
};

class FileWriter {
 public:
  FileWriter(const FilePlan& plan, ThreadPool& pool, const FileProgress& progress)
      : plan_(plan), pool_(pool), progress_(progress), total_bytes_(plan.bytes_after()) {}

  Status fill(const TensorPlan& tensor, std::span<std::byte> target) {
    const Status filled =
        tensor.type == tensor.tensor->type ? copy(tensor, target) : convert(tensor, target);
    plan_.source->forget(tensor.tensor->bytes);
    return filled;
  }

 private:
  Status copy(const TensorPlan& tensor, std::span<std::byte> target) {
    std::memcpy(target.data(), tensor.tensor->bytes.data(), target.size());
    advance(target.size());
    return ok();
  }

  Status convert(const TensorPlan& tensor, std::span<std::byte> target) {
    const std::int64_t rows = tensor.tensor->rows();
    const std::size_t row_bytes = target.size() / static_cast<std::size_t>(rows);
    CheckedRows source(*tensor.tensor, tensor.type);
    quantize_rows(
        {tensor.type, tensor.tensor->row_elements(), rows},
        [&source](std::int64_t row, std::span<float> values) { source.read(row, values); }, {},
        pool_, target,
        [&](std::int64_t done) { advance(static_cast<std::size_t>(done) * row_bytes); });
    return source.check();
  }

  void advance(std::size_t bytes) {
    done_bytes_ += static_cast<std::int64_t>(bytes);
    if (progress_) progress_(done_bytes_, total_bytes_);
  }

  const FilePlan& plan_;
  ThreadPool& pool_;
  const FileProgress& progress_;
  std::int64_t done_bytes_ = 0;
  std::int64_t total_bytes_;
};

}  // namespace

std::int64_t FilePlan::bytes_before() const {
  std::int64_t bytes = 0;
  for (const TensorPlan& plan : tensors)
    bytes += static_cast<std::int64_t>(plan.tensor->bytes.size());
  return bytes;
}

std::int64_t FilePlan::bytes_after() const {
  std::int64_t bytes = 0;
  for (const TensorPlan& plan : tensors) bytes += static_cast<std::int64_t>(bytes_of(plan));
  return bytes;
}

std::int64_t FilePlan::weights() const {
  std::int64_t weights = 0;
  for (const TensorPlan& plan : tensors)
    weights += plan.tensor->row_elements() * plan.tensor->rows();
  return weights;
}

std::string FilePlan::rounded_before() const {
  std::vector<BlockType> types;
  for (const TensorPlan& plan : tensors) {
    const BlockType type = plan.tensor->type;
    if (type != plan.type && !is_float(type) && std::ranges::find(types, type) == types.end())
      types.push_back(type);
  }
  return name_list(types, [](BlockType type) { return block_traits(type).name; });
}

FilePlan plan_file(const Gguf& source, const Quantization& target) {
  ModelOutline outline;
  if (const auto architecture = source.read_string("general.architecture"))
    if (const auto experts = source.read_int_or(std::string(*architecture) + ".expert_count", 0))
      outline.experts = *experts;
  for (const Tensor& tensor : source.tensors())
    outline.tensors.push_back({tensor.name, tensor.dimensions, tensor.row_elements()});
  FilePlan plan{&source, target, {}};
  const std::vector<std::optional<BlockType>> types = plan_types(target, outline);
  for (std::size_t i = 0; i < types.size(); ++i) {
    const Tensor& tensor = source.tensors()[i];
    plan.tensors.push_back({&tensor, types[i].value_or(tensor.type)});
  }
  return plan;
}

Status write_quantized(const FilePlan& plan, const std::string& path, ThreadPool& pool,
                       const FileProgress& progress) {
  GgufWriter writer;
  copy_metadata(*plan.source, plan.target, writer);
  FileWriter contents(plan, pool, progress);
  for (const TensorPlan& tensor : plan.tensors) {
    const auto sizes = tensor.tensor->shape();
    writer.add_tensor(
        std::string(tensor.tensor->name), tensor.type, {sizes.begin(), sizes.end()},
        [&contents, tensor](std::span<std::byte> target) { return contents.fill(tensor, target); });
  }
  return writer.write(path);
}

}  // namespace byeol::formats
