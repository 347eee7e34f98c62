// Letters that nobody guesses, for ids on the wire.
//
// Threads: any; each has a source of its own, seeded by the system.
#pragma once

#include <cstdint>

namespace byeol::server {

std::uint64_t random64();

}  // namespace byeol::server
