// Where `byeol pull` puts the models of the catalogue, for tests; `./byeol test` fetches them
// first.
#pragma once

#include <cstdlib>
#include <string>

namespace byeol::testing {

inline std::string real_model_path(const std::string& name) {
  if (const char* folder = std::getenv("BYEOL_MODELS_DIR"); folder && *folder)
    return std::string(folder) + "/" + name + ".gguf";
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
    return std::string(cache) + "/byeol/models/" + name + ".gguf";
  const char* home = std::getenv("HOME");
  return std::string(home ? home : ".") + "/.cache/byeol/models/" + name + ".gguf";
}

}  // namespace byeol::testing
