#include "cli/catalog.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/embedded.h"

namespace byeol::cli {
namespace {

CatalogModel model_of(const nlohmann::json& entry) {
  CatalogModel model{.name = entry.at("name"),
                     .description = entry.value("description", ""),
                     .license = entry.value("license", ""),
                     .sha256 = entry.at("sha256"),
                     .parts = {},
                     .is_default = entry.value("default", false)};
  for (const nlohmann::json& part : entry.at("parts"))
    model.parts.push_back({.package = part.at("package"), .member = part.at("member")});
  return model;
}

}  // namespace

Result<std::vector<CatalogModel>> parse_catalog(std::string_view json) {
  // The library reports through exceptions; they end here.
  try {
    std::vector<CatalogModel> models;
    const nlohmann::json document = nlohmann::json::parse(json);
    for (const nlohmann::json& entry : document.at("models")) models.push_back(model_of(entry));
    return models;
  } catch (const nlohmann::json::exception& error) {
    return Error{ErrorCode::kCorrupt, std::string("model catalogue: ") + error.what()};
  }
}

Result<std::vector<CatalogModel>> read_catalog() {
  const char* path = std::getenv("BYEOL_CATALOG");
  if (!path) return parse_catalog(kCatalogJson);
  std::ifstream file(path);
  if (!file) return Error{ErrorCode::kNotFound, std::string("BYEOL_CATALOG: cannot read ") + path};
  return parse_catalog(std::string{std::istreambuf_iterator<char>(file), {}});
}

}  // namespace byeol::cli
