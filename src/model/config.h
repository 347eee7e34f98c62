// The numbers that shape a model, read from a GGUF's metadata and checked before anything is
// allocated from them: after read_config() every count is positive, bounded and divides as the
// graphs need it.
//
// Keys: `A.` + name, A being general.architecture (GGUF specification). Threads: a plain value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"

namespace byeol::model {

struct RopeConfig {
  double base = 10000.0;
  double frequency_scale = 1.0;  // Linear scaling: angles are multiplied by this.
  std::int32_t dimensions = 0;   // The first so many values of a head are rotated. Even.
};

struct Config {
  std::string architecture;
  std::int32_t context = 0;  // Positions that the model was trained for.
  std::int32_t layers = 0;
  std::int32_t width = 0;  // Of the residual stream (embedding_length).
  std::int32_t heads = 0;
  std::int32_t kv_heads = 0;  // heads is a multiple of it.
  std::int32_t head_dim = 0;  // Of q, k and v alike; a multiple of 16, at most 512.
  std::int32_t feed_forward = 0;
  std::int32_t vocabulary = 0;
  float norm_epsilon = 0;
  RopeConfig rope;
  RopeConfig rope_sliding;      // For layers with a window.
  std::int32_t window = 0;      // Keys that a sliding layer sees, itself included; 0: none slides.
  std::vector<bool> sliding;    // Per layer; all false where window is 0.
  float logit_softcap = 0;      // 0: none.
  float attention_softcap = 0;  // 0: none.
};

Result<Config> read_config(const formats::Gguf& file);

}  // namespace byeol::model
