#include "net/http_server_listen.h"

#include <utility>

namespace byeol::net {

using boost::asio::ip::tcp;

namespace {

boost::system::error_code open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  return error;
}

}  // namespace

Result<std::vector<tcp::acceptor>> listen_on(boost::asio::io_context& io, const std::string& host,
                                             std::uint16_t port) {
  const std::string where = "listen on " + host + " port " + std::to_string(port) + ": ";
  if (host.empty())
    return Error{ErrorCode::kInvalidArgument,
                 where + "the host is empty; 0.0.0.0 or :: stands for every address"};
  boost::system::error_code error;
  const auto found = tcp::resolver(io).resolve(host, std::to_string(port), error);
  if (error) return Error{ErrorCode::kInvalidArgument, where + error.message()};

  std::vector<tcp::acceptor> acceptors;
  for (const auto& entry : found) {
    tcp::endpoint endpoint = entry.endpoint();
    if (!acceptors.empty()) endpoint.port(acceptors.front().local_endpoint().port());
    tcp::acceptor acceptor(io);
    error = open(acceptor, endpoint);
    // Half of a name's addresses would be a riddle for whoever connects to the other half.
    if (error == boost::asio::error::address_in_use)
      return Error{ErrorCode::kIo, where + error.message()};
    if (!error) acceptors.push_back(std::move(acceptor));
  }
  if (acceptors.empty()) return Error{ErrorCode::kIo, where + error.message()};
  return acceptors;
}

}  // namespace byeol::net
