#include "server/ids.h"

#include <random>

namespace byeol::server {

std::uint64_t random64() {
  // Of the system itself: who sees some ids cannot foresee others.
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace byeol::server
