#include "formats/gguf_writer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "formats/gguf.h"

namespace byeol::formats {
namespace {

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return bytes_of(std::vector<char>{std::istreambuf_iterator<char>(file), {}});
}

// What tools/golden/make_gguf_golden.py writes with the PyPI package gguf.
TEST(GgufWriter, GivesTheBytesOfAnotherWriter) {
  GgufWriter writer;
  writer.add("general.architecture", "test");
  writer.add("general.alignment", std::uint32_t{64});
  writer.add("scalar.u8", std::uint8_t{200});
  writer.add("scalar.i8", std::int8_t{-100});
  writer.add("scalar.u16", std::uint16_t{60000});
  writer.add("scalar.i16", std::int16_t{-30000});
  writer.add("scalar.u32", std::uint32_t{4000000000});
  writer.add("scalar.i32", -2000000000);
  writer.add("scalar.f32", 1e-5f);
  writer.add("scalar.bool", true);
  writer.add("scalar.string", "별 ★");
  writer.add("scalar.u64", std::numeric_limits<std::uint64_t>::max());
  writer.add("scalar.i64", std::numeric_limits<std::int64_t>::min());
  writer.add("scalar.f64", 0.1);
  writer.add("array.u8s", std::vector<std::uint8_t>{1, 255});
  writer.add("array.i8s", std::vector<std::int8_t>{-1, 127});
  writer.add("array.u16s", std::vector<std::uint16_t>{1, 65535});
  writer.add("array.i16s", std::vector<std::int16_t>{-1, 32767});
  writer.add("array.u32s", std::vector<std::uint32_t>{1, 4294967295});
  writer.add("array.i32s", std::vector<std::int32_t>{-1, 2147483647});
  writer.add("array.f32s", std::vector<float>{0.5f, -2.0f});
  writer.add("array.bools", std::vector<bool>{true, false, true});
  writer.add("array.strings", std::vector<std::string>{"a", "", "한글"});
  writer.add("array.u64s", std::vector<std::uint64_t>{1, std::uint64_t{1} << 63});
  writer.add("array.i64s", std::vector<std::int64_t>{-1, std::int64_t{1} << 62});
  writer.add("array.f64s", std::vector<double>{0.25, 1e300});

  std::vector<float> counting(24);
  for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<float>(i);
  const auto norm = bytes_of(std::vector<float>(counting.begin(), counting.begin() + 5));
  const auto experts = bytes_of(counting);
  writer.add_tensor("norm.weight", BlockType::kF32, {5}, norm);
  writer.add_tensor("experts.weight", BlockType::kF32, {4, 3, 2}, experts);
  writer.add_tensor("blk.0.attn_q.weight", BlockType::kQ4_0, {64, 3},
                    [](std::span<std::byte> bytes) {
                      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(i % 251);
                      return ok();
                    });
  EXPECT_EQ(*writer.to_bytes(), file_bytes("tests/golden/formats/every_type.gguf"));
}

TEST(GgufWriter, WritesTheSameToAFile) {
  const std::string path = testing::TempDir() + "/byeol_gguf_writer_test.gguf";
  const auto values = bytes_of(std::vector<float>{1, 2, 3});
  GgufWriter writer;
  writer.add("answer", 42);
  writer.add_tensor("t", BlockType::kF32, {3}, values);
  ASSERT_TRUE(writer.write(path));
  EXPECT_EQ(file_bytes(path), *writer.to_bytes());
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  const auto file = Gguf::open(path);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(*file->read_int("answer"), 42);
  std::filesystem::remove(path);
}

std::string refusal(const GgufWriter& writer) {
  const auto bytes = writer.to_bytes();
  return bytes ? "(it was written)" : bytes.error().message;
}

TEST(GgufWriter, WhatNoReaderTakesIsNotWritten) {
  const std::vector<std::byte> bytes(64);
  const auto with_tensor = [&bytes](std::string name, std::vector<std::int64_t> sizes) {
    GgufWriter writer;
    writer.add_tensor("t", BlockType::kF32, {16}, bytes);
    writer.add_tensor(std::move(name), BlockType::kF32, std::move(sizes), bytes);
    return refusal(writer);
  };
  EXPECT_EQ(with_tensor("u", {16}), "(it was written)");
  EXPECT_EQ(with_tensor("t", {16}), "tensor 't' was added twice");
  EXPECT_EQ(with_tensor("", {16}), "tensor '': a name of 0 bytes, expected 1 to 64");
  EXPECT_EQ(with_tensor("u", {}), "tensor 'u': 0 dimensions, expected 1 to 4");
  EXPECT_EQ(with_tensor("u", {0}), "tensor 'u': shape 0, expected sizes of 1 and more");
  EXPECT_EQ(with_tensor("u", {17}), "tensor 'u': 64 bytes given, its shape takes 68");

  GgufWriter twice;
  twice.add("k", 1);
  twice.add("k", 2);
  EXPECT_EQ(refusal(twice), "metadata key 'k' was added twice");
  GgufWriter misaligned;
  misaligned.add("general.alignment", std::uint32_t{12});
  EXPECT_EQ(refusal(misaligned), "alignment 12, expected a power of two");
}

TEST(GgufWriter, AFailureLeavesNoFileBehind) {
  const std::string path = testing::TempDir() + "/byeol_gguf_writer_failure.gguf";
  GgufWriter writer;
  writer.add_tensor("t", BlockType::kF32, {16}, [](std::span<std::byte>) -> Status {
    return Error{ErrorCode::kIo, "the source is gone"};
  });
  const Status written = writer.write(path);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "tensor 't': the source is gone");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_EQ(writer.write("/nowhere/x.gguf").error().message,
            "create /nowhere/x.gguf.part: No such file or directory");
}

}  // namespace
}  // namespace byeol::formats
