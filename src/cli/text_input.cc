#include "cli/text_input.h"

#include <cstdio>
#include <string>

#include "base/utf8.h"

namespace byeol::cli {

Status check_utf8(std::string_view what, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Decoded next = utf8::decode(text.substr(at));
    if (!next.valid) {
      char where[64];
      std::snprintf(where, sizeof where, " is not UTF-8: byte 0x%02x at offset %zu",
                    static_cast<unsigned>(static_cast<unsigned char>(text[at])), at);
      return Error{ErrorCode::kInvalidArgument, std::string(what) + where};
    }
    at += next.bytes;
  }
  return ok();
}

}  // namespace byeol::cli
