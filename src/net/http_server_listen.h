// Turns a host and a port into listening sockets.
//
// Threads: pure but for the system.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace byeol::net {

// One for each address of the host (a name may have several: "localhost"), all on one port.
// kInvalidArgument: an unknown host. kIo: an address is in use, or none is this machine's.
Result<std::vector<boost::asio::ip::tcp::acceptor>> listen_on(boost::asio::io_context& io,
                                                              const std::string& host,
                                                              std::uint16_t port);

}  // namespace byeol::net
