#include "formats/quantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <vector>

#include "formats/half.h"

namespace byeol::formats {
namespace {

using enum BlockType;
constexpr std::array kSearched = {kQ4_0, kQ4_1, kQ5_0, kQ5_1, kQ8_0, kQ4_K, kQ5_K, kQ6_K};
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<std::byte> encode(BlockType type, std::span<const float> values,
                              std::span<const float> importance = {}) {
  const BlockTraits& traits = block_traits(type);
  std::vector<std::byte> blocks(values.size() / static_cast<std::size_t>(traits.elements) *
                                static_cast<std::size_t>(traits.bytes));
  quantize(type, values, importance, blocks);
  return blocks;
}

std::vector<float> decode(BlockType type, std::span<const std::byte> blocks, std::size_t count) {
  std::vector<float> values(count);
  dequantize(type, blocks.data(), values);
  return values;
}

std::vector<float> round_trip(BlockType type, std::span<const float> values,
                              std::span<const float> importance = {}) {
  return decode(type, encode(type, values, importance), values.size());
}

double squared_error(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double miss = double{a[i]} - double{b[i]};
    sum += miss * miss;
  }
  return sum;
}

double weight_of(std::span<const float> block, std::size_t index) {
  double squares = 0;
  for (const float value : block) squares += double{value} * double{value};
  const double value = double{block[index]};
  return std::sqrt(squares / static_cast<double>(block.size()) + value * value);
}

// As quantize() counts it, for one block.
double weighted_error(std::span<const float> block, std::span<const float> rounded) {
  double sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i)
    sum += weight_of(block, i) * squared_error(block.subspan(i, 1), rounded.subspan(i, 1));
  return sum;
}

std::vector<char> golden(const std::string& name) {
  const std::string path = BYEOL_SOURCE_DIR "/tests/golden/formats/encoded/" + name + ".bin";
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path << " is missing: ./byeol golden make_encode_golden";
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<float> golden_values() {
  const std::vector<char> file = golden("values");
  std::vector<float> values(file.size() / sizeof(float));
  std::memcpy(values.data(), file.data(), values.size() * sizeof(float));
  return values;
}

// Eight blocks of 256: a bell, of another width in each sub-block, from nowhere but arithmetic.
std::vector<float> bell_values() {
  std::vector<float> values(2048);
  std::uint64_t state = 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    float sum = -2;
    for (int term = 0; term < 4; ++term) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      sum += static_cast<float>(state >> 40) * 0x1p-24f;
    }
    values[i] = sum * (0.02f + 0.01f * static_cast<float>(i / 16 % 5));
  }
  return values;
}

// The blocks of the PyPI package gguf, which rounds to nearest
// (tools/golden/make_encode_golden.py).
TEST(Quantize, NoBlockIsFurtherFromItsValuesThanTheReferences) {
  const std::vector<float> values = golden_values();
  ASSERT_EQ(values.size(), 64u * 32u);
  for (const char* name : {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"}) {
    const BlockType type = *parse_block_type(name);
    const std::vector<char> file = golden(name);
    const std::vector<float> theirs = decode(type, std::as_bytes(std::span(file)), values.size());
    const std::vector<float> ours = round_trip(type, values);
    double sum_theirs = 0;
    double sum_ours = 0;
    for (std::size_t block = 0; block < 64; ++block) {
      const auto part = [block](const std::vector<float>& all) {
        return std::span(all).subspan(32 * block, 32);
      };
      const double their_error = weighted_error(part(values), part(theirs));
      const double our_error = weighted_error(part(values), part(ours));
      EXPECT_LE(our_error, their_error * (1 + 1e-5)) << name << ", block " << block;
      if (block >= 40) continue;  // What follows are odd shapes.
      sum_theirs += their_error;
      sum_ours += our_error;
    }
    RecordProperty(std::string(name) + "_error_of_theirs", std::to_string(sum_ours / sum_theirs));
    if (type == BlockType::kQ8_0)  // Rounded to nearest by both: the same error.
      EXPECT_LE(sum_ours, sum_theirs * (1 + 1e-5));
    else
      EXPECT_LT(sum_ours, sum_theirs) << name;
  }
}

// Round-to-nearest for super-blocks: each sub-block's scale from its extremes, then rounded itself.
double nearest_error(std::span<const float> values, std::size_t sub_block, int codes,
                     bool has_minima) {
  const std::size_t count = values.size() / sub_block;
  std::vector<float> scales(count);
  std::vector<float> minima(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [low, high] = std::ranges::minmax(values.subspan(i * sub_block, sub_block));
    minima[i] = has_minima ? std::max(-low, 0.0f) : 0;
    scales[i] = has_minima ? (high + minima[i]) / static_cast<float>(codes)
                           : std::max(-low, high) / static_cast<float>(codes);
  }
  const float steps = has_minima ? 63 : 127;
  const float scale_unit = half_to_float(float_to_half(std::ranges::max(scales) / steps));
  const float minimum_unit = half_to_float(float_to_half(std::ranges::max(minima) / steps));
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float scale = scale_unit * std::nearbyint(scales[i / sub_block] / scale_unit);
    const float minimum =
        has_minima ? minimum_unit * std::nearbyint(minima[i / sub_block] / minimum_unit) : 0;
    const auto top = static_cast<float>(codes);
    const float code =
        std::clamp(std::nearbyint((values[i] + minimum) / scale), has_minima ? 0 : -top, top);
    const double miss = double{values[i]} - double{scale * code - minimum};
    sum += weight_of(values, i) * miss * miss;
  }
  return sum;
}

TEST(Quantize, NoSuperBlockIsWorseThanRoundToNearest) {
  const std::vector<float> values = bell_values();
  struct Case {
    BlockType type;
    std::size_t sub_block;
    int codes;
    bool has_minima;
  };
  for (const Case& c :
       {Case{kQ4_K, 32, 15, true}, Case{kQ5_K, 32, 31, true}, Case{kQ6_K, 16, 31, false}}) {
    const std::vector<float> ours = round_trip(c.type, values);
    for (std::size_t i = 0; i < values.size(); i += 256) {
      const auto block = std::span(values).subspan(i, 256);
      EXPECT_LT(weighted_error(block, std::span(ours).subspan(i, 256)),
                nearest_error(block, c.sub_block, c.codes, c.has_minima))
          << block_traits(c.type).name << ", super-block " << i / 256;
    }
  }
}

TEST(Quantize, ZerosStayZeros) {
  const std::vector<float> zeros(256);
  for (const BlockType type : kSearched)
    EXPECT_EQ(round_trip(type, zeros), zeros) << block_traits(type).name;
}

TEST(Quantize, AConstantStaysWithinARoundedScale) {
  for (const float constant : {0.37f, -0.37f, 1.0f, 1234.5f}) {
    const std::vector<float> values(256, constant);
    for (const BlockType type : kSearched)
      for (const float value : round_trip(type, values))
        ASSERT_NEAR(value, constant, 0.002f * std::abs(constant)) << block_traits(type).name;
  }
}

TEST(Quantize, ValuesThatAreOnAGridStayThere) {
  for (const BlockType type : {kQ4_0, kQ4_1, kQ5_0, kQ5_1, kQ8_0}) {
    const std::vector<float> once = round_trip(type, bell_values());
    const std::vector<float> nothing(once.size());
    EXPECT_LT(squared_error(round_trip(type, once), once), 1e-6 * squared_error(nothing, once))
        << block_traits(type).name;
  }
}

TEST(Quantize, WhatIsNoFiniteNumberDoesNoHarm) {
  std::vector<float> values = bell_values();
  values[3] = kNan;
  values[300] = kInfinity;
  values[600] = -kInfinity;
  values[900] = 3e38f;
  std::fill(values.begin() + 1024, values.begin() + 1280, kNan);
  std::fill(values.begin() + 1280, values.begin() + 1536, -3e38f);
  for (const BlockType type : kSearched)
    for (const float value : round_trip(type, values))
      ASSERT_TRUE(std::isfinite(value)) << block_traits(type).name;
}

TEST(Quantize, TinyAndHugeValuesKeepTheirOrderOfMagnitude) {
  for (const float factor : {1e-4f, 1e4f, 1e5f}) {
    std::vector<float> values = bell_values();
    for (float& value : values) value *= factor;
    const std::vector<float> nothing(values.size());
    for (const BlockType type : kSearched)
      EXPECT_LT(squared_error(values, round_trip(type, values)), squared_error(values, nothing))
          << block_traits(type).name << ", times " << factor;
  }
  for (const float tiny : {1e-7f, 1e-12f, 1e-38f, 1e-45f}) {
    const std::vector<float> values(256, tiny);
    for (const BlockType type : kSearched)
      for (const float value : round_trip(type, values))
        ASSERT_LE(std::abs(value), 2 * tiny + 1e-7f);
  }
}

TEST(Quantize, ErrorsGoWhereTheyCostLittle) {
  const std::vector<float> values = bell_values();
  std::vector<float> importance(values.size(), 1);
  for (std::size_t i = 0; i < importance.size(); i += 2) importance[i] = 100;
  const auto error_of_important = [&](const std::vector<float>& rounded) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); i += 2)
      sum += squared_error(std::span(values).subspan(i, 1), std::span(rounded).subspan(i, 1));
    return sum;
  };
  for (const BlockType type : kSearched) {
    if (type == BlockType::kQ8_0) continue;  // Rounded to nearest, whatever matters.
    EXPECT_LT(error_of_important(round_trip(type, values, importance)),
              error_of_important(round_trip(type, values)))
        << block_traits(type).name;
  }
}

TEST(Quantize, WithoutAnyImportanceAnythingGoes) {
  const std::vector<float> nothing(2048);
  for (const BlockType type : kSearched)
    for (const float value : round_trip(type, bell_values(), nothing))
      ASSERT_TRUE(std::isfinite(value)) << block_traits(type).name;
}

TEST(Quantize, FloatsAreNarrowed) {
  const std::vector<float> values{1.0f, -0.5f, 3.14159f, 0.0f};
  EXPECT_EQ(round_trip(kF32, values), values);
  EXPECT_EQ(round_trip(kF16, values)[2], half_to_float(float_to_half(3.14159f)));
  EXPECT_EQ(round_trip(kBF16, values)[2], bfloat16_to_float(float_to_bfloat16(3.14159f)));
}

TEST(Quantize, SaysWhatItCanDo) {
  for (const BlockType type : kSearched) EXPECT_TRUE(can_quantize_to(type));
  EXPECT_TRUE(can_quantize_to(kF16));
  EXPECT_FALSE(can_quantize_to(kIQ4_NL));
  EXPECT_FALSE(can_quantize_to(kQ2_K));
}

}  // namespace
}  // namespace byeol::formats
