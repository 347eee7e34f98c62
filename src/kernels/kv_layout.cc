#include "kernels/kv_layout.h"

namespace byeol::kernels {

std::int64_t kv_block_bytes(KvType type, std::int32_t head_dim) {
  const std::int64_t values = static_cast<std::int64_t>(kPageTokens) * head_dim;
  if (type == KvType::kQ8) return values + kPageTokens * static_cast<std::int64_t>(sizeof(float));
  return values * 2;
}

// The scores of one block of rows; neither more rows nor a larger head need more.
std::int64_t attention_scratch_bytes(std::int32_t, std::int32_t) {
  return static_cast<std::int64_t>(kAttentionRows) * kScoreStride *
         static_cast<std::int64_t>(sizeof(float));
}

}  // namespace byeol::kernels
