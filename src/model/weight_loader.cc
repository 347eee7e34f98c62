#include "model/weight_loader.h"

#include <algorithm>

#include "model/pack.h"

namespace byeol::model {
namespace {

constexpr std::int32_t kTilesPerTask = 8;
constexpr std::size_t kStripBytes = std::size_t{8} << 20;

std::string shape_text(const formats::Tensor& tensor) {
  std::string text = "{";
  for (int i = 0; i < tensor.dimensions; ++i)
    text += (i > 0 ? ", " : "") + std::to_string(tensor.sizes[static_cast<std::size_t>(i)]);
  return text + "}";
}

}  // namespace

Result<const formats::Tensor*> WeightLoader::find(const std::string& name, std::int64_t k,
                                                  std::int64_t rows) {
  const formats::Tensor* tensor = file_.find_tensor(name);
  const std::string wanted =
      "{" + std::to_string(k) + (rows > 1 ? ", " + std::to_string(rows) : "") + "}";
  if (!tensor)
    return Error{ErrorCode::kCorrupt, "tensor " + name + " is absent; expected " + wanted};
  if (tensor->row_elements() != k || tensor->rows() != rows)
    return Error{ErrorCode::kCorrupt, "tensor " + name + " is " + shape_text(*tensor) +
                                          "; the metadata ask for " + wanted};
  mark_used(name);
  return tensor;
}

Result<Matrix> WeightLoader::matrix(const std::string& base, std::int32_t k, std::int32_t rows) {
  return matrix_rows(base, k, rows, 0, rows);
}

Result<Matrix> WeightLoader::head(const std::string& base, std::int32_t k, std::int32_t rows) {
  return load(base, k, rows, 0, rows, packed_head_shape);
}

Result<Matrix> WeightLoader::matrix_rows(const std::string& base, std::int32_t k,
                                         std::int32_t total, std::int32_t begin,
                                         std::int32_t rows) {
  return load(base, k, total, begin, rows, packed_shape);
}

Result<Matrix> WeightLoader::load(const std::string& base, std::int32_t k, std::int32_t total,
                                  std::int32_t begin, std::int32_t rows, ShapeOf shape_of) {
  BYEOL_TRY(const formats::Tensor* tensor, find(base + ".weight", k, total));
  Matrix matrix;
  matrix.weights = shape_of(tensor->type, rows, k);
  BYEOL_TRY(matrix.memory, WeightMemory::reserve(packed_bytes(matrix.weights)));
  std::byte* const tiles = matrix.memory.data();
  const std::size_t row_bytes = tensor->row_bytes();
  const std::span<const std::byte> blocks = tensor->bytes.subspan(
      static_cast<std::size_t>(begin) * row_bytes, static_cast<std::size_t>(rows) * row_bytes);
  const std::size_t tile_bytes = kernels::kTileRows * row_bytes;
  const std::int32_t tile_count = matrix.tiles();
  // Strip by strip, each forgotten once its packed copy is there: a large head would count twice.
  const std::int32_t strip_tiles = std::max(kTilesPerTask * pool_.threads(),
                                            static_cast<std::int32_t>(kStripBytes / tile_bytes));
  for (std::int32_t strip = 0; strip < tile_count; strip += strip_tiles) {
    const std::int32_t strip_end = std::min(strip + strip_tiles, tile_count);
    pool_.run((strip_end - strip + kTilesPerTask - 1) / kTilesPerTask, [&](int task, int) {
      const std::int32_t first = strip + task * kTilesPerTask;
      pack_tiles(tensor->type, blocks.data(), matrix.weights, first,
                 std::min(first + kTilesPerTask, strip_end), tiles);
    });
    const std::size_t from = static_cast<std::size_t>(strip) * tile_bytes;
    const std::size_t to =
        std::min(static_cast<std::size_t>(strip_end) * tile_bytes, blocks.size());
    file_.forget(blocks.subspan(from, to - from));
  }
  place(matrix.weights, tiles);

  if (has(base + ".bias")) {
    BYEOL_TRY(const Vector bias, vector(base + ".bias", total));
    matrix.bias.assign(bias.begin() + begin, bias.begin() + begin + rows);
  }
  k_max_ = std::max(k_max_, k);
  return matrix;
}

Result<Vector> WeightLoader::vector(const std::string& name, std::int32_t size) {
  BYEOL_TRY(const formats::Tensor* tensor, find(name, size, 1));
  Vector values(static_cast<std::size_t>(size));
  formats::dequantize(tensor->type, tensor->bytes.data(), values);
  return values;
}

Result<Vector> WeightLoader::optional_vector(const std::string& name, std::int32_t size) {
  if (!has(name)) return Vector{};
  return vector(name, size);
}

Status WeightLoader::finish() const {
  for (const formats::Tensor& tensor : file_.tensors()) {
    const bool matters = tensor.name.starts_with("blk.") || tensor.name.starts_with("rope_");
    if (matters && !used_.contains(std::string(tensor.name)))
      return Error{
          ErrorCode::kUnsupported,
          "tensor " + std::string(tensor.name) +
              " is none that the graph of this architecture uses; the answers would be wrong"};
  }
  return ok();
}

}  // namespace byeol::model
