// strftime in the C locale for a moment in UTC. It reads no clock: the caller says what time it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::model::jinja {

// %Y %m %d %H %M %S %y %j %B %b %h %A %a %p %I %e %u %w %F %T %R %D %c %x %X %Z %z %s %n %t %%;
// "-" after % drops leading zeros, as in glibc. Others are an error.
Result<std::string> format_time(std::string_view format, std::int64_t unix_seconds);

}  // namespace byeol::model::jinja
