// Takes a model's tensors out of its file: checks each shape, packs matrices into the kernels'
// layouts on all threads, and knows at the end whether a tensor was left that no graph of ours
// uses (then the file is of a model that we would compute wrongly).
//
// Errors name the tensor, its shape and the one expected. Threads: one calls; the pool helps.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "model/matrix.h"

namespace byeol::model {

class WeightLoader {
 public:
  WeightLoader(const formats::Gguf& file, ThreadPool& pool) : file_(file), pool_(pool) {}

  bool has(std::string_view name) const { return file_.find_tensor(name) != nullptr; }

  // `base`.weight {k, rows}, with `base`.bias {rows} where the file has one.
  Result<Matrix> matrix(const std::string& base, std::int32_t k, std::int32_t rows);
  // The same for the output head (pack.h, packed_head_shape).
  Result<Matrix> head(const std::string& base, std::int32_t k, std::int32_t rows);
  // Rows [begin, begin + rows) of a fused matrix of `total` rows, and of its bias.
  Result<Matrix> matrix_rows(const std::string& base, std::int32_t k, std::int32_t total,
                             std::int32_t begin, std::int32_t rows);
  // `name` {size} as floats.
  Result<Vector> vector(const std::string& name, std::int32_t size);
  // An empty vector where the tensor is absent.
  Result<Vector> optional_vector(const std::string& name, std::int32_t size);

  // A tensor that is used where it lies.
  void mark_used(std::string_view name) { used_.emplace(name); }
  // kUnsupported where a tensor that changes the answer (blk.*, rope_*) was never asked for.
  Status finish() const;
  // The largest K among the matrices.
  std::int32_t k_max() const { return k_max_; }

 private:
  using ShapeOf = kernels::Weights (*)(formats::BlockType, std::int32_t rows, std::int32_t k);
  Result<Matrix> load(const std::string& base, std::int32_t k, std::int32_t total,
                      std::int32_t begin, std::int32_t rows, ShapeOf shape_of);
  Result<const formats::Tensor*> find(const std::string& name, std::int64_t k, std::int64_t rows);

  const formats::Gguf& file_;
  ThreadPool& pool_;
  std::unordered_set<std::string> used_;
  std::int32_t k_max_ = 0;
};

}  // namespace byeol::model
