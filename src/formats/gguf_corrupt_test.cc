// Files that are wrong: each gets one sentence that says what, where and what was expected.
#include <gtest/gtest.h>

#include <limits>

#include "formats/gguf.h"
#include "formats/raw_gguf.h"

namespace byeol::formats {
namespace {

constexpr std::uint32_t kF32 = 0;
constexpr std::uint32_t kQ4_0 = 2;

std::string refusal(const RawGguf& raw) {
  const auto bytes = raw.bytes();
  const auto file = Gguf::parse(bytes);
  return file ? "(it was taken)" : file.error().message;
}

ErrorCode code(const RawGguf& raw) {
  const auto bytes = raw.bytes();
  return Gguf::parse(bytes).error().code;
}

RawGguf small_model() {
  return RawGguf::header(2, 2)
      .key("general.architecture", ValueType::kString)
      .string("llama")
      .key("list", ValueType::kArray)
      .number(std::uint32_t{8})
      .number(std::uint64_t{2})
      .string("a")
      .string("bc")
      .tensor("first", {8}, kF32, 0)
      .tensor("second", {32, 2}, kQ4_0, 32)
      .data(32 + 36);
}

TEST(CorruptGguf, EveryTruncationIsRefused) {
  const std::size_t size = small_model().bytes().size();
  ASSERT_EQ(refusal(small_model()), "(it was taken)");
  for (std::size_t kept = 0; kept < size; ++kept)
    EXPECT_NE(refusal(small_model().cut(kept)), "(it was taken)") << kept;
}

TEST(CorruptGguf, WhatIsNoGgufIsSaidToBeNone) {
  EXPECT_EQ(refusal(RawGguf()), "the file is empty, expected a GGUF file");
  EXPECT_EQ(refusal(RawGguf().raw("\x7f"
                                  "ELF-----")),
            "not a GGUF file: it begins with '\\x7fELF', expected 'GGUF'");
  EXPECT_EQ(refusal(RawGguf().raw("GG")), "not a GGUF file: it begins with 'GG', expected 'GGUF'");
  EXPECT_EQ(refusal(RawGguf().raw("GGUF")), "4 bytes wanted at offset 4, the file has 4");
}

TEST(CorruptGguf, VersionsThatWeDoNotReadAreNamed) {
  EXPECT_EQ(refusal(RawGguf::header(0, 0, 1)),
            "GGUF version 1, expected 2 or 3: convert the model again");
  EXPECT_EQ(refusal(RawGguf::header(0, 0, 4)), "GGUF version 4, expected 2 or 3");
  EXPECT_EQ(refusal(RawGguf::header(0, 0, 0)), "GGUF version 0, expected 2 or 3");
  EXPECT_EQ(refusal(RawGguf::header(0, 0, 0x03000000)),
            "a big-endian GGUF file, expected a little-endian one");
  EXPECT_EQ(code(RawGguf::header(0, 0, 1)), ErrorCode::kUnsupported);
}

TEST(CorruptGguf, AbsurdCountsAreRefusedBeforeAnythingIsAllocated) {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(refusal(RawGguf::header(kMax, 0)),
            "the header announces 18446744073709551615 tensors at offset 8, the rest of the file "
            "holds at most 0");
  EXPECT_EQ(refusal(RawGguf::header(0, kMax).raw(std::string(100, ' '))),
            "the header announces 18446744073709551615 metadata entries at offset 16, the rest of "
            "the file holds at most 7");
  EXPECT_EQ(refusal(RawGguf::header(0, 8).raw(std::string(8 * 14 - 1, ' '))),
            "the header announces 8 metadata entries at offset 16, the rest of the file holds at "
            "most 7");
  EXPECT_EQ(refusal(RawGguf::header(0, 1)
                        .key("k", ValueType::kArray)
                        .number(static_cast<std::uint32_t>(ValueType::kString))
                        .number(std::uint64_t{3})
                        .raw(std::string(23, ' '))),
            "metadata key 'k': an array of 3 elements at offset 37, the rest of the file holds at "
            "most 2");
  EXPECT_EQ(refusal(RawGguf::header(0, 1)
                        .key("k", ValueType::kArray)
                        .number(std::uint32_t{12})
                        .number(kMax / 8)),
            "metadata key 'k': an array of 2305843009213693951 elements at offset 37, the rest of "
            "the file holds at most 0");
  EXPECT_EQ(refusal(RawGguf::header(0, 1).number(kMax).raw("0123456789")),
            "metadata entry 1: 18446744073709551615 bytes wanted at offset 32, the file has 42");
  EXPECT_EQ(refusal(RawGguf::header(2, 1)
                        .key("k", ValueType::kString)
                        .string(std::string(40, ' '))
                        .tensor("t", {1}, kF32, 0)),
            "the header announces 2 tensors, the file ends after its metadata");
}

TEST(CorruptGguf, WrongValuesAreNamedByTheirKey) {
  const auto with = [](ValueType type) { return RawGguf::header(0, 1).key("k", type); };
  EXPECT_EQ(refusal(with(ValueType{13}).number(std::uint64_t{0})),
            "metadata key 'k': value type 13 at offset 33, expected 0 to 12");
  EXPECT_EQ(refusal(with(ValueType::kBool).number(std::uint8_t{2})),
            "metadata key 'k': a bool of value 2 at offset 37, expected 0 or 1");
  EXPECT_EQ(refusal(with(ValueType::kArray)
                        .number(std::uint32_t{7})
                        .number(std::uint64_t{2})
                        .number(std::uint8_t{1})
                        .number(std::uint8_t{255})),
            "metadata key 'k': a bool of value 255 at offset 50, expected 0 or 1");
  EXPECT_EQ(refusal(with(ValueType::kArray).number(std::uint32_t{9}).number(std::uint64_t{0})),
            "metadata key 'k': an array of arrays at offset 37, expected an array of numbers, "
            "bools or strings");
  EXPECT_EQ(refusal(with(ValueType::kArray).number(std::uint32_t{99}).number(std::uint64_t{0})),
            "metadata key 'k': an array of value type 99 at offset 37, expected 0 to 12");
}

TEST(CorruptGguf, NamesThatAreEmptyLongOrTwiceAreRefused) {
  const auto two_keys = [](std::string_view first, std::string_view second) {
    return RawGguf::header(0, 2)
        .key(first, ValueType::kU8)
        .number(std::uint8_t{0})
        .key(second, ValueType::kU8)
        .number(std::uint8_t{0});
  };
  EXPECT_EQ(refusal(two_keys("a", "b")), "(it was taken)");
  EXPECT_EQ(refusal(two_keys("a\x1b", "a\x1b")),
            "metadata key 'a\\x1b' occurs twice, expected once");
  EXPECT_EQ(refusal(two_keys("a", "").raw("---")),
            "metadata entry 2: a name of 0 bytes at offset 38, expected 1 to 65535");
  EXPECT_EQ(
      refusal(RawGguf::header(2, 0).tensor("t", {8}, kF32, 0).tensor("t", {8}, kF32, 32).data(64)),
      "tensor 't' occurs twice, expected once");
  EXPECT_EQ(refusal(RawGguf::header(1, 0).tensor(std::string(65, 'x'), {8}, kF32, 0).data(32)),
            "tensor 1: a name of 65 bytes at offset 24, expected 1 to 64");
}

TEST(CorruptGguf, ShapesThatCannotBeAreRefused) {
  const auto shaped = [](std::vector<std::int64_t> sizes, std::uint32_t type) {
    return refusal(RawGguf::header(1, 0).tensor("t", std::move(sizes), type, 0).data(4096));
  };
  constexpr std::int64_t kHuge = std::int64_t{1} << 32;
  EXPECT_EQ(shaped({1, 2, 3, 4}, kF32), "(it was taken)");
  EXPECT_EQ(shaped({}, kF32), "tensor 't': 0 dimensions at offset 33, expected 1 to 4");
  EXPECT_EQ(shaped({1, 1, 1, 1, 1}, kF32),
            "tensor 't': 5 dimensions at offset 33, expected 1 to 4");
  EXPECT_EQ(shaped({8, 0}, kF32), "tensor 't': shape 8 x 0, expected sizes of 1 and more");
  EXPECT_EQ(shaped({-8, -8}, kF32), "tensor 't': shape -8 x -8, expected sizes of 1 and more");
  EXPECT_EQ(shaped({kHuge, kHuge, 2}, kF32),
            "tensor 't': shape 4294967296 x 4294967296 x 2 has more elements than 64 bits can "
            "count");
  EXPECT_EQ(shaped({kHuge, kHuge / 8}, kF32),
            "tensor 't': shape 4294967296 x 536870912 has more bytes than 63 bits can count");
  EXPECT_EQ(shaped({48, 2}, kQ4_0),
            "tensor 't': a row of 48 elements, expected a multiple of 32, the block of Q4_0");
}

TEST(CorruptGguf, TypesThatWeDoNotReadAreNamedWithTheTensor) {
  const auto typed = [](std::uint32_t type) {
    const std::string text =
        refusal(RawGguf::header(1, 0).tensor("blk.0.up", {256}, type, 0).data(4096));
    return text.substr(0, text.find(", expected one of: F32 F16"));
  };
  EXPECT_EQ(typed(16), "tensor 'blk.0.up': type IQ2_XXS (id 16) at offset 52 is not supported");
  EXPECT_EQ(typed(34), "tensor 'blk.0.up': type TQ1_0 (id 34) at offset 52 is not supported");
  EXPECT_EQ(typed(40), "tensor 'blk.0.up': type NVFP4 (id 40) at offset 52 is not supported");
  EXPECT_EQ(typed(139),
            "tensor 'blk.0.up': type IQ4_K (id 139, only in ik_llama.cpp) at offset 52 is not "
            "supported");
  EXPECT_EQ(typed(77), "tensor 'blk.0.up': type unknown (id 77) at offset 52 is not supported");
}

TEST(CorruptGguf, DataThatIsNotWhereItShouldBeIsRefused) {
  const auto placed = [](std::uint64_t first, std::uint64_t second) {
    return refusal(RawGguf::header(2, 0)
                       .tensor("a", {16}, kF32, first)
                       .tensor("b", {16}, kF32, second)
                       .data(128));
  };
  EXPECT_EQ(placed(0, 64), "(it was taken)");
  EXPECT_EQ(placed(64, 0), "(it was taken)") << "any order is fine";
  EXPECT_EQ(placed(0, 32), "tensors 'a' and 'b' overlap at data offset 32");
  EXPECT_EQ(placed(64, 64), "tensors 'a' and 'b' overlap at data offset 64");
  EXPECT_EQ(placed(0, 65),
            "tensor 'b' (entry at offset 57): data offset 65, expected a multiple of the alignment "
            "32");
  EXPECT_EQ(placed(0, 96),
            "tensor 'b' (entry at offset 57): 64 bytes wanted at data offset 96, the data section "
            "has 128: is the file cut short?");
  EXPECT_EQ(placed(0, 0xFFFFFFFFFFFFFFE0u),
            "tensor 'b' (entry at offset 57): 64 bytes wanted at data offset 18446744073709551584, "
            "the data section has 128: is the file cut short?");
}

TEST(CorruptGguf, AnAlignmentThatIsNoneIsRefused) {
  const auto aligned = [](std::uint32_t alignment) {
    return refusal(RawGguf::header(1, 1)
                       .key("general.alignment", ValueType::kU32)
                       .number(alignment)
                       .tensor("t", {16}, kF32, 0)
                       .data(64, alignment == 64 ? 64 : 1));
  };
  EXPECT_EQ(aligned(64), "(it was taken)");
  EXPECT_EQ(aligned(1), "(it was taken)");
  EXPECT_EQ(aligned(0), "general.alignment is 0, expected a power of two up to 2^31");
  EXPECT_EQ(aligned(48), "general.alignment is 48, expected a power of two up to 2^31");
  EXPECT_EQ(
      aligned(0x80000000u),
      "tensor 't' (entry at offset 57): 64 bytes wanted at data offset 0, the data section has "
      "0: is the file cut short?");
  EXPECT_EQ(
      refusal(RawGguf::header(0, 1).key("general.alignment", ValueType::kString).string("32")),
      "metadata key 'general.alignment' is a string, expected an integer");
}

TEST(CorruptGguf, APartOfASplitFileIsNoWholeFileInMemory) {
  EXPECT_EQ(
      refusal(RawGguf::header(0, 1).key("split.count", ValueType::kU16).number(std::uint16_t{3})),
      "one of 3 parts, expected a whole file in memory");
}

}  // namespace
}  // namespace byeol::formats
