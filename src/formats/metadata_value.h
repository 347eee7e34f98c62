// One metadata value from a GGUF file: its type's id, then the value. Private to this module.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "formats/cursor.h"
#include "formats/gguf.h"

namespace byeol::formats {

// Reads at the cursor, which walks `file`. Arrays are walked, not copied: their elements are inside
// the file, and bools are 0 or 1.
Result<MetadataValue> read_metadata_value(Cursor& cursor, std::span<const std::byte> file);

}  // namespace byeol::formats
