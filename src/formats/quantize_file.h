// A model file -> the same model with other block types.
//
//   BYEOL_TRY(const Gguf source, Gguf::open(path));
//   const FilePlan plan = plan_file(source, *parse_quantization("Q4_K_M"));
//   BYEOL_TRY_OK(write_quantized(plan, "out.gguf", pool, progress));
//
// Metadata are copied as they are, but for general.file_type and general.quantization_version,
// which say what the new file is, and for what was true of the old one alone: its alignment, its
// parts and what an importance matrix was made of. Tensors keep their order. One whose type does
// not change is copied; one that is left alone (quantization.h) keeps its type.
//
// The file is written under another name and renamed: a run that fails leaves nothing. Memory: the
// tensor that is being written, as the file will hold it, and one row of floats a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "formats/quantization.h"

namespace byeol::formats {

struct TensorPlan {
  const Tensor* tensor;
  BlockType type;
};

// Points into `source`, which must outlive it.
struct FilePlan {
  const Gguf* source;
  Quantization target;
  std::vector<TensorPlan> tensors;

  std::int64_t bytes_before() const;  // Of the tensors.
  std::int64_t bytes_after() const;
  std::int64_t weights() const;
  // "Q4_1 Q8_0": the types of what will be rounded a second time; empty for a file of floats.
  std::string rounded_before() const;
};

FilePlan plan_file(const Gguf& source, const Quantization& target);

using FileProgress = std::function<void(std::int64_t done_bytes, std::int64_t total_bytes)>;

// kCorrupt where a value is no finite number; kInvalidArgument where F16 cannot hold it.
Status write_quantized(const FilePlan& plan, const std::string& path, ThreadPool& pool,
                       const FileProgress& progress);

}  // namespace byeol::formats
