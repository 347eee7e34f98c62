// Any bytes as a connection's stream, cut anywhere: the same requests; never a crash or memory
// without end. (What is broken may be seen earlier in one piece than in many.)
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "net/http_server_reader.h"

namespace {

using byeol::net::HttpRequest;
using byeol::net::HttpServerReader;
using State = HttpServerReader::State;

std::string text_of(const HttpRequest& request) {
  std::string text = request.method + ' ' + request.path + '?' + request.query + '\n';
  for (const auto& [name, value] : request.headers) text += name + ':' + value + '\n';
  text += request.query_value("a");
  return text + '\n' + request.body;
}

std::vector<std::string> read(std::string_view stream, std::size_t piece) {
  HttpServerReader reader(256, 512);
  std::vector<std::string> read;
  std::string bytes;
  while (!stream.empty()) {
    const std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    bytes += part;
    while (true) {
      const std::size_t taken = reader.take(bytes);
      BYEOL_CHECK(taken <= bytes.size());
      bytes.erase(0, taken);
      if (reader.state() != State::kComplete) break;
      read.push_back(text_of(reader.take_request()));
    }
    if (reader.state() == State::kRefused) break;
  }
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  BYEOL_CHECK(read(stream, 1) == read(stream, 1 << 20));
  return 0;
}
