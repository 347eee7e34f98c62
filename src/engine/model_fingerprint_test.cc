#include "engine/model_fingerprint.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace byeol::engine {
namespace {

std::vector<char> read(const std::string& name) {
  std::ifstream file(std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + name + ".gguf",
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t fingerprint(const std::vector<char>& bytes) {
  const auto file = formats::Gguf::parse(std::as_bytes(std::span(bytes)));
  EXPECT_TRUE(file) << file.error().message;
  return model_fingerprint(*file);
}

TEST(ModelFingerprint, IsAnotherForEveryModelAndTheSameEveryTime) {
  std::set<std::uint64_t> seen;
  const std::vector<std::string> names{"smollm2", "llama3", "mistral", "gemma3", "qwen2", "qwen3"};
  for (const std::string& name : names) {
    seen.insert(fingerprint(read(name)));
    EXPECT_EQ(fingerprint(read(name)), fingerprint(read(name)));
  }
  EXPECT_EQ(seen.size(), names.size());
}

TEST(ModelFingerprint, SeesMetadataNamesAndTheEndsOfATensor) {
  const std::vector<char> sound = read("smollm2");
  const auto parsed = formats::Gguf::parse(std::as_bytes(std::span(sound)));
  ASSERT_TRUE(parsed);
  const auto place_of = [&](const void* inside) {
    return static_cast<std::size_t>(static_cast<const char*>(inside) - sound.data());
  };
  const formats::Tensor& tensor = parsed->tensors()[3];
  const std::size_t places[] = {
      place_of(parsed->encoded_metadata()[2].data()) + parsed->encoded_metadata()[2].size() - 1,
      place_of(tensor.name.data()), place_of(tensor.bytes.data()),
      place_of(tensor.bytes.data()) + tensor.bytes.size() - 1};
  for (const std::size_t place : places) {
    std::vector<char> changed = sound;
    changed[place] ^= 1;
    EXPECT_NE(fingerprint(changed), fingerprint(sound)) << place;
  }
}

}  // namespace
}  // namespace byeol::engine
