// SHA-256 (FIPS 180-4) of a file, as 64 lower-case hexadecimal digits. The arithmetic is OpenSSL's.
#pragma once

#include <string>

#include "base/result.h"

namespace byeol::net {

Result<std::string> sha256_of_file(const std::string& path);

}  // namespace byeol::net
