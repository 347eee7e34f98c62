// The time as answers tell it.
//
// Threads: any.
#pragma once

#include <chrono>
#include <cstdint>

namespace byeol::server {

// Seconds since 1970.
inline std::int64_t now_s() {
  return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

}  // namespace byeol::server
