// Files of the source tree that the program carries with it (CMake fills in embedded.cc.in).
#pragma once

#include <string_view>

namespace byeol::cli {

extern const std::string_view kCatalogJson;      // models/catalog.json
extern const std::string_view kFetchPackagesPy;  // models/fetch_packages.py

}  // namespace byeol::cli
