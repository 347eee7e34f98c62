#include "formats/block_type.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/check.h"
#include "formats/name_list.h"
#include "formats/printable.h"

namespace byeol::formats {
namespace {

struct Known {
  BlockType type;
  BlockTraits traits;
};
constexpr std::array kKnown = {
    Known{BlockType::kF32, {"F32", 1, 4}},           Known{BlockType::kF16, {"F16", 1, 2}},
    Known{BlockType::kBF16, {"BF16", 1, 2}},         Known{BlockType::kQ4_0, {"Q4_0", 32, 18}},
    Known{BlockType::kQ4_1, {"Q4_1", 32, 20}},       Known{BlockType::kQ5_0, {"Q5_0", 32, 22}},
    Known{BlockType::kQ5_1, {"Q5_1", 32, 24}},       Known{BlockType::kQ8_0, {"Q8_0", 32, 34}},
    Known{BlockType::kQ2_K, {"Q2_K", 256, 84}},      Known{BlockType::kQ3_K, {"Q3_K", 256, 110}},
    Known{BlockType::kQ4_K, {"Q4_K", 256, 144}},     Known{BlockType::kQ5_K, {"Q5_K", 256, 176}},
    Known{BlockType::kQ6_K, {"Q6_K", 256, 210}},     Known{BlockType::kIQ4_NL, {"IQ4_NL", 32, 18}},
    Known{BlockType::kIQ4_XS, {"IQ4_XS", 256, 136}}, Known{BlockType::kMXFP4, {"MXFP4", 32, 17}},
};

// Types that exist but that we do not read, so that a refusal can name them. From 97 on they are
// ik_llama.cpp's own (its ggml.h) and mean nothing to other programs.
struct Unread {
  std::uint32_t id;
  std::string_view name;
};
constexpr std::uint32_t kFirstIkLlamaId = 97;
constexpr std::array kUnread = {
    Unread{9, "Q8_1"},         Unread{15, "Q8_K"},       Unread{16, "IQ2_XXS"},
    Unread{17, "IQ2_XS"},      Unread{18, "IQ3_XXS"},    Unread{19, "IQ1_S"},
    Unread{21, "IQ3_S"},       Unread{22, "IQ2_S"},      Unread{24, "I8"},
    Unread{25, "I16"},         Unread{26, "I32"},        Unread{27, "I64"},
    Unread{28, "F64"},         Unread{29, "IQ1_M"},      Unread{31, "Q4_0_4_4"},
    Unread{32, "Q4_0_4_8"},    Unread{33, "Q4_0_8_8"},   Unread{34, "TQ1_0"},
    Unread{35, "TQ2_0"},       Unread{36, "I2_S"},       Unread{40, "NVFP4"},
    Unread{41, "Q1_0"},        Unread{42, "Q2_0"},       Unread{97, "Q8_0_X4"},
    Unread{98, "Q8_1_X4"},     Unread{99, "Q8_2_X4"},    Unread{133, "Q6_0"},
    Unread{134, "IQ1_BN"},     Unread{135, "IQ2_BN"},    Unread{136, "Q8_K64"},
    Unread{137, "IQ2_K"},      Unread{138, "IQ3_K"},     Unread{139, "IQ4_K"},
    Unread{140, "IQ5_K"},      Unread{141, "IQ6_K"},     Unread{142, "IQ2_TN"},
    Unread{143, "IQ1_TN"},     Unread{144, "IQ4_KS"},    Unread{145, "IQ2_KS"},
    Unread{146, "IQ4_KSS"},    Unread{147, "Q8_K16"},    Unread{148, "Q8_K32"},
    Unread{149, "Q8_KR8"},     Unread{150, "Q8_K128"},   Unread{151, "Q8_KV"},
    Unread{152, "IQ5_KS"},     Unread{153, "IQ2_KT"},    Unread{154, "IQ3_KT"},
    Unread{155, "IQ4_KT"},     Unread{156, "IQ3_KS"},    Unread{157, "IQ2_KL"},
    Unread{158, "IQ1_KT"},     Unread{202, "Q4_0_R8"},   Unread{206, "Q5_0_R4"},
    Unread{208, "Q8_0_R8"},    Unread{210, "Q2_K_R4"},   Unread{211, "Q3_K_R4"},
    Unread{212, "Q4_K_R4"},    Unread{213, "Q5_K_R4"},   Unread{214, "Q6_K_R4"},
    Unread{216, "IQ2_XXS_R4"}, Unread{217, "IQ2_XS_R4"}, Unread{218, "IQ3_XXS_R4"},
    Unread{219, "IQ1_S_R4"},   Unread{220, "IQ4_NL_R4"}, Unread{221, "IQ3_S_R4"},
    Unread{222, "IQ2_S_R4"},   Unread{223, "IQ4_XS_R8"}, Unread{229, "IQ1_M_R4"},
    Unread{230, "BF16_R16"},   Unread{233, "Q6_0_R4"},   Unread{335, "IQ2_BN_R4"},
    Unread{337, "IQ2_K_R4"},   Unread{338, "IQ3_K_R4"},  Unread{339, "IQ4_K_R4"},
    Unread{340, "IQ5_K_R4"},   Unread{344, "IQ4_KS_R4"}, Unread{352, "IQ5_KS_R4"},
    Unread{397, "Q8_K_R16"},   Unread{398, "Q8_KV_R8"},  Unread{399, "Q8_K_R8"},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const BlockTraits* find_block_traits(BlockType type) {
  const auto known = std::ranges::find(kKnown, type, &Known::type);
  return known == kKnown.end() ? nullptr : &known->traits;
}

const BlockTraits& block_traits(BlockType type) {
  const BlockTraits* traits = find_block_traits(type);
  BYEOL_CHECK(traits != nullptr);
  return *traits;
}

std::string block_type_name(std::uint32_t id) {
  std::string name = "unknown";
  if (const BlockTraits* traits = find_block_traits(static_cast<BlockType>(id))) {
    name = traits->name;
  } else if (const auto unread = std::ranges::find(kUnread, id, &Unread::id);
             unread != kUnread.end()) {
    name = unread->name;
  }
  const std::string_view origin =
      name != "unknown" && id >= kFirstIkLlamaId ? ", only in ik_llama.cpp" : "";
  return name.append(" (id ").append(std::to_string(id)).append(origin).append(")");
}

std::string known_block_types() {
  return name_list(kKnown, [](const Known& known) { return known.traits.name; });
}

Result<BlockType> parse_block_type(std::string_view name) {
  for (const Known& known : kKnown)
    if (equal_ignoring_case(known.traits.name, name)) return known.type;
  return Error{ErrorCode::kUnsupported, "no block type is called '" + printable(name) +
                                            "'; known are: " + known_block_types()};
}

}  // namespace byeol::formats
