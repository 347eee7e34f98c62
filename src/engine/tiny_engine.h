// An engine over a tiny model, and texts for it: for this module's tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace byeol::engine {

using Tokens = std::vector<TokenId>;

// A text of no meaning: the same on every machine.
inline Tokens tiny_tokens(std::size_t count, std::uint32_t seed) {
  Tokens tokens(count);
  for (TokenId& token : tokens) {
    seed = seed * 1664525u + 1013904223u;
    token = static_cast<TokenId>((seed >> 8) % 270u);
  }
  return tokens;
}

inline std::unique_ptr<Engine> tiny_engine(const std::string& name, ThreadPool& pool,
                                           const EngineOptions& options = {}) {
  auto model = model::Model::load(
      std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + name + ".gguf", pool);
  EXPECT_TRUE(model) << model.error().message;
  auto engine = Engine::create(*model, pool, options);
  EXPECT_TRUE(engine) << engine.error().message;
  return std::move(*engine);
}

}  // namespace byeol::engine
