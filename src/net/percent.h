// Percent-encoding (RFC 3986, section 2.1) as it stands in paths and queries.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::net {

// Of a path. kInvalidArgument: a '%' without two hexadecimal digits, or a byte zero, which would
// end the path early for whoever hands it to the system.
Result<std::string> percent_decode(std::string_view text);

// Of a part of a query as forms and their libraries write it: '+' is a blank. A '%' that begins no
// escape stands for itself.
std::string percent_decode_form(std::string_view text);

}  // namespace byeol::net
