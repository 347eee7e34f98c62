// Any bytes: a Gguf whose every view can be read, or an Error; never a crash, a hang or a huge
// allocation.
#include <cstdint>
#include <vector>

#include "formats/gguf.h"
#include "formats/inspect.h"

namespace {

void read_all(const byeol::formats::Gguf& gguf) {
  for (const auto& [key, value] : gguf.metadata()) {
    static_cast<void>(gguf.read_string(key));
    static_cast<void>(gguf.read_int(key));
    static_cast<void>(gguf.read_float(key));
    static_cast<void>(gguf.read_bool(key));
    static_cast<void>(gguf.read_strings(key));
    static_cast<void>(gguf.read_ints(key));
    static_cast<void>(gguf.read_floats(key));
  }
  for (const byeol::formats::Tensor& tensor : gguf.tensors()) {
    std::vector<float> row(static_cast<std::size_t>(tensor.row_elements()));
    const auto last_row = tensor.bytes.last(tensor.row_bytes());
    byeol::formats::dequantize(tensor.type, last_row.data(), row);
    BYEOL_CHECK(gguf.find_tensor(tensor.name) == &tensor);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto gguf = byeol::formats::Gguf::parse(std::as_bytes(std::span(data, size)));
  if (!gguf) {
    BYEOL_CHECK(!gguf.error().message.empty());
    return 0;
  }
  read_all(*gguf);
  BYEOL_CHECK(!byeol::formats::describe(*gguf).empty());
  BYEOL_CHECK(!byeol::formats::describe_json(*gguf).empty());
  return 0;
}
