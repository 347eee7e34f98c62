// The tiny models of tests/golden/model, for this module's tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/thread_pool.h"
#include "model/model.h"

namespace byeol::bench {

inline std::string tiny_path(const std::string& name) {
  return std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + name;
}

inline std::shared_ptr<const model::Model> load_tiny(const std::string& name, ThreadPool& pool) {
  auto model = model::Model::load(tiny_path(name) + ".gguf", pool);
  if (!model) ADD_FAILURE() << model.error().message;
  return model ? *model : nullptr;
}

inline nlohmann::json read_golden(const std::string& name) {
  std::ifstream file(tiny_path(name) + ".json");
  EXPECT_TRUE(file) << name;
  return nlohmann::json::parse(file);
}

}  // namespace byeol::bench
