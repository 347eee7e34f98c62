// Any bytes, cut anywhere: the same events, or an error; never a crash or memory without end.
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/sse.h"

namespace {

std::vector<byeol::wire::SseEvent> decode(std::string_view stream, std::size_t piece) {
  byeol::wire::SseDecoder decoder(256);
  std::vector<byeol::wire::SseEvent> events;
  while (!stream.empty()) {
    const std::string_view part = stream.substr(0, piece);
    if (!decoder.feed(part, [&](byeol::wire::SseEvent event) { events.push_back(event); })) break;
    stream.remove_prefix(part.size());
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  BYEOL_CHECK(decode(stream, 1) == decode(stream, 1 << 20));
  return 0;
}
