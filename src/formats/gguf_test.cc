#include "formats/gguf.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "formats/raw_gguf.h"

namespace byeol::formats {
namespace {

// Written by the PyPI package gguf (tools/golden/make_gguf_golden.py).
Gguf every_type() {
  return *Gguf::open("tests/golden/formats/every_type.gguf");
}

TEST(Gguf, ReadsScalarsOfEveryType) {
  const Gguf file = every_type();
  EXPECT_EQ(file.version(), 3u);
  EXPECT_EQ(*file.read_string("general.architecture"), "test");
  EXPECT_EQ(*file.read_int("scalar.u8"), 200);
  EXPECT_EQ(*file.read_int("scalar.i8"), -100);
  EXPECT_EQ(*file.read_int("scalar.u16"), 60000);
  EXPECT_EQ(*file.read_int("scalar.i16"), -30000);
  EXPECT_EQ(*file.read_int("scalar.u32"), 4000000000);
  EXPECT_EQ(*file.read_int("scalar.i32"), -2000000000);
  EXPECT_EQ(*file.read_int("scalar.i64"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*file.read_float("scalar.f32"), static_cast<double>(1e-5f));
  EXPECT_EQ(*file.read_float("scalar.f64"), 0.1);
  EXPECT_EQ(*file.read_float("scalar.i8"), -100.0);
  EXPECT_EQ(*file.read_bool("scalar.bool"), true);
  EXPECT_EQ(*file.read_string("scalar.string"), "별 ★");
}

TEST(Gguf, ReadsArraysOfEveryType) {
  const Gguf file = every_type();
  using Ints = std::vector<std::int64_t>;
  EXPECT_EQ(*file.read_ints("array.u8s"), (Ints{1, 255}));
  EXPECT_EQ(*file.read_ints("array.i8s"), (Ints{-1, 127}));
  EXPECT_EQ(*file.read_ints("array.u16s"), (Ints{1, 65535}));
  EXPECT_EQ(*file.read_ints("array.i16s"), (Ints{-1, 32767}));
  EXPECT_EQ(*file.read_ints("array.u32s"), (Ints{1, 4294967295}));
  EXPECT_EQ(*file.read_ints("array.i32s"), (Ints{-1, 2147483647}));
  EXPECT_EQ(*file.read_ints("array.i64s"), (Ints{-1, std::int64_t{1} << 62}));
  EXPECT_EQ(*file.read_ints("array.bools"), (Ints{1, 0, 1}));
  EXPECT_EQ(*file.read_ints("scalar.u8"), (Ints{200})) << "a lone integer is an array of one";
  EXPECT_EQ(*file.read_floats("array.f32s"), (std::vector<float>{0.5f, -2.0f}));
  EXPECT_EQ(*file.read_floats("array.i8s"), (std::vector<float>{-1.0f, 127.0f}));
  EXPECT_EQ(*file.read_strings("array.strings"), (std::vector<std::string_view>{"a", "", "한글"}));
}

TEST(Gguf, ReadsTensorsWhereTheyLie) {
  const Gguf file = every_type();
  ASSERT_EQ(file.tensors().size(), 3u);
  const Tensor* experts = file.find_tensor("experts.weight");
  ASSERT_NE(experts, nullptr);
  EXPECT_EQ(experts->type, BlockType::kF32);
  EXPECT_EQ(experts->dimensions, 3);
  EXPECT_EQ(experts->sizes, (std::array<std::int64_t, 4>{4, 3, 2, 1}));
  EXPECT_EQ(experts->rows(), 6);
  EXPECT_EQ(experts->row_bytes(), 16u);
  std::vector<float> row(4);
  dequantize(BlockType::kF32, experts->bytes.data() + 5 * experts->row_bytes(), row);
  EXPECT_EQ(row, (std::vector<float>{20, 21, 22, 23}));

  const Tensor* query = file.find_tensor("blk.0.attn_q.weight");
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(query->type, BlockType::kQ4_0);
  EXPECT_EQ(query->row_elements(), 64);
  EXPECT_EQ(query->rows(), 3);
  EXPECT_EQ(query->bytes[100], std::byte{100});
  EXPECT_EQ(file.find_tensor("absent"), nullptr);
}

TEST(Gguf, ATensorThatWasForgottenIsReadAgain) {
  const Gguf file = every_type();
  const Tensor* experts = file.find_tensor("experts.weight");
  const std::vector<std::byte> before(experts->bytes.begin(), experts->bytes.end());
  file.forget(experts->bytes);
  EXPECT_TRUE(std::ranges::equal(experts->bytes, before));
}

TEST(Gguf, ForgettingLeavesMemoryOfTheCallerAlone) {
  auto bytes = RawGguf::header(1, 0).tensor("t", {4096}, 0, 0).data(4096 * 4).bytes();
  bytes.back() = std::byte{42};
  const Gguf file = *Gguf::parse(bytes);
  file.forget(file.tensors()[0].bytes);
  EXPECT_EQ(bytes.back(), std::byte{42});
}

TEST(Gguf, AMoveKeepsEveryView) {
  Gguf first = every_type();
  const Gguf second = std::move(first);
  EXPECT_EQ(*second.read_string("scalar.string"), "별 ★");
  EXPECT_EQ(second.find_tensor("norm.weight")->bytes.size(), 20u);
}

TEST(Gguf, AnAbsentKeyIsAnErrorOrTheFallback) {
  const Gguf file = every_type();
  EXPECT_FALSE(file.has("absent"));
  const auto number = file.read_int("absent");
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(number.error().message, "metadata key 'absent' is missing");
  EXPECT_EQ(*file.read_int_or("absent", 7), 7);
  EXPECT_EQ(*file.read_float_or("absent", 0.5), 0.5);
  EXPECT_EQ(*file.read_bool_or("absent", true), true);
  EXPECT_EQ(*file.read_string_or("absent", "none"), "none");
  EXPECT_FALSE(file.read_strings("absent"));
  EXPECT_FALSE(file.read_ints("absent"));
  EXPECT_FALSE(file.read_floats("absent"));
}

TEST(Gguf, AWrongTypeIsASentenceEvenWhereThereIsAFallback) {
  const Gguf file = every_type();
  EXPECT_EQ(file.read_int_or("scalar.string", 1).error().message,
            "metadata key 'scalar.string' is a string, expected an integer");
  EXPECT_EQ(file.read_string_or("scalar.u8", "").error().message,
            "metadata key 'scalar.u8' is an unsigned integer, expected a string");
  EXPECT_EQ(file.read_bool("scalar.i8").error().message,
            "metadata key 'scalar.i8' is a signed integer, expected a bool");
  EXPECT_EQ(file.read_float("scalar.bool").error().message,
            "metadata key 'scalar.bool' is a bool, expected a number");
  EXPECT_EQ(file.read_int("scalar.f32").error().message,
            "metadata key 'scalar.f32' is a float, expected an integer");
  EXPECT_EQ(file.read_strings("array.i8s").error().message,
            "metadata key 'array.i8s' is an array of i8, expected an array of string");
  EXPECT_EQ(file.read_ints("array.f32s").error().message,
            "metadata key 'array.f32s' is an array of f32, expected an array of integers");
  EXPECT_EQ(file.read_floats("array.bools").error().message,
            "metadata key 'array.bools' is an array of bool, expected an array of numbers");
}

TEST(Gguf, AnIntegerThatDoesNotFitIsASentence) {
  const Gguf file = every_type();
  EXPECT_EQ(file.read_int("scalar.u64").error().message,
            "metadata key 'scalar.u64' is 18446744073709551615, expected at most "
            "9223372036854775807");
  EXPECT_FALSE(file.read_ints("array.u64s"));
}

TEST(Gguf, ReadsVersion2) {
  const auto bytes =
      RawGguf::header(0, 1, 2).key("k", ValueType::kU8).number(std::uint8_t{5}).bytes();
  const Gguf file = *Gguf::parse(bytes);
  EXPECT_EQ(file.version(), 2u);
  EXPECT_EQ(*file.read_int("k"), 5);
}

TEST(Gguf, AFileWithoutTensorsIsFine) {
  const auto bytes = RawGguf::header(0, 0).bytes();
  EXPECT_TRUE(Gguf::parse(bytes));
}

TEST(Gguf, AValueMayHoldAnyBytes) {
  const auto bytes = RawGguf::header(0, 1)
                         .key("k", ValueType::kString)
                         .string(std::string_view("\xff\0\x1b", 3))
                         .bytes();
  EXPECT_EQ(*(*Gguf::parse(bytes)).read_string("k"), std::string_view("\xff\0\x1b", 3));
}

}  // namespace
}  // namespace byeol::formats
