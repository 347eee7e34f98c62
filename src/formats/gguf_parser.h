// The bytes of one GGUF file -> a checked Gguf (gguf.h says what "checked" means). Splits are not
// followed here: see gguf_open.cc. Private to this module.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "formats/gguf.h"

namespace byeol::formats {

class GgufParser {
 public:
  static Result<Gguf> parse(std::span<const std::byte> file);
};

}  // namespace byeol::formats
