// What a user hands over as text must be UTF-8: nothing is repaired in silence.
#pragma once

#include <string_view>

#include "base/result.h"

namespace byeol::cli {

// kInvalidArgument: "the prompt is not UTF-8: byte 0xff at offset 3". `what` begins the sentence.
Status check_utf8(std::string_view what, std::string_view text);

}  // namespace byeol::cli
