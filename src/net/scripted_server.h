// For tests of clients: a server that does on each connection what the test says, byte for byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace byeol::net {

class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  // Up to the end of the headers and so many bytes of body as they tell; what came where the
  // client hangs up before.
  std::string read_request() const {
    std::string request;
    char part[4096];
    while (true) {
      const std::size_t head = request.find("\r\n\r\n");
      const std::size_t length = request.find("Content-Length: ");
      if (head != std::string::npos) {
        const std::size_t body =
            length == std::string::npos ? 0 : std::strtoul(&request[length + 16], nullptr, 10);
        if (request.size() >= head + 4 + body) return request;
      }
      const ssize_t got = ::recv(socket_, part, sizeof(part), 0);
      if (got <= 0) return request;
      request.append(part, static_cast<std::size_t>(got));
    }
  }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Until the client hangs up.
  void wait_for_hang_up() const {
    char part[4096];
    while (::recv(socket_, part, sizeof(part), 0) > 0) continue;
  }

 private:
  int socket_;
};

class ScriptedServer {
 public:
  // `script` runs on a thread of its own for each connection, which is closed after it.
  explicit ScriptedServer(std::function<void(Peer&)> script)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 2048) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (std::thread& thread : threads_) thread.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url(std::string_view target = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(target);
  }

 private:
  void accept_all() {
    while (true) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      threads_.emplace_back([this, socket] {
        Peer peer(socket);
        script_(peer);
        ::shutdown(socket, SHUT_RDWR);
        ::close(socket);
      });
    }
  }

  std::function<void(Peer&)> script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;  // The acceptor's, until it has ended.
};

}  // namespace byeol::net
