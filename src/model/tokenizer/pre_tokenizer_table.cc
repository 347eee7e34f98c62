#include "model/tokenizer/pre_tokenizer_table.h"

// Parts that several expressions share; macros, so that the compiler joins them into one literal.
// Upper-case and lower-case classes are named for what they begin and end: "Word", "wORD".
#define GPT2_WORDS R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))"
#define CONTRACTION R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define SPACES R"(|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define MARKS R"(| ?[^\s\p{L}\p{N}]+[\r\n]*)"
#define MARKS_SLASH R"(| ?[^\s\p{L}\p{N}]+[\r\n/]*)"
#define LETTERS R"(|[^\r\n\p{L}\p{N}]?\p{L}+)"
#define UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define CASED(contraction)                                                                         \
  R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+" contraction R"(|[^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER \
  "*" contraction
// The same without Chinese characters (by script, not script extensions): all other categories
// named, then taken away.
#define UPPER_NOT_HAN R"([^\p{Ll}\p{N}\p{P}\p{S}\p{Z}\p{C}\p{sc:Han}])"
#define LOWER_NOT_HAN R"([^\p{Lu}\p{Lt}\p{N}\p{P}\p{S}\p{Z}\p{C}\p{sc:Han}])"
#define ASCII_MARK_WORD R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+)"
#define MARKED_WORD R"(|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+)"
#define CHINESE_AND_KANA R"([\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)"

namespace byeol::model {
namespace {

using Stages = std::string_view[];

constexpr Stages kGpt2 = {GPT2_WORDS};
constexpr Stages kGpt2SingleDigits = {R"(\p{N})", GPT2_WORDS};
constexpr Stages kLlama3 = {CONTRACTION LETTERS R"(|\p{N}{1,3})" MARKS SPACES};
constexpr Stages kQwen2 = {CONTRACTION LETTERS R"(|\p{N})" MARKS SPACES};
constexpr Stages kQwen35 = {
    CONTRACTION R"(|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*)" SPACES};
constexpr Stages kGpt4o = {CASED(CONTRACTION "?") R"(|\p{N}{1,3})" MARKS_SLASH SPACES};
constexpr Stages kTekken = {CASED("") R"(|\p{N})" MARKS_SLASH SPACES};
constexpr Stages kTinyAya = {R"((?<!\d)\d++\b)", kThreesFromRight,
                             CASED(CONTRACTION "?") R"(|\p{N}{1,3})" MARKS_SLASH SPACES};
// `\s*[\r\n]+` cannot match after a space that the last alternatives took: it was tried there and
// the run had no line end. Saying so spares a scan to the end of the run at every 512th space.
constexpr Stages kJais2 = {
    CONTRACTION LETTERS
    R"(|\p{N}{1,3})" MARKS
    R"(|(?<![\t\x0B\x0C\x{85}\p{Z}])\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S))"
    R"(|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1})"};
constexpr Stages kDeepseekLlm = {
    R"([\r\n])",
    R"(\s?[A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293})"
    R"(\x{295}-\x{2AF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A})"
    R"(\x{38C}\x{38E}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556})"
    R"(\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF})"
    R"(\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D})"
    R"(\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D})"
    R"(\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4})"
    R"(\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4})"
    R"(\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124})"
    R"(\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F})"
    R"(\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4})"
    R"(\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F})"
    R"(\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17})"
    R"(\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3})"
    R"(\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF})"
    R"(\x{1E900}-\x{1E943}]+)",
    R"(\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+)",
    // `\s+$`, tried once for each run of spaces instead of once for each space.
    R"((?<!\s)\s++\z)", R"([\x{4E00}-\x{9FA5}\x{800}-\x{4E00}\x{AC00}-\x{D7FF}]+)", R"(\p{N}+)"};
constexpr Stages kDeepseekV3 = {R"(\p{N}{1,3})", CHINESE_AND_KANA,
                                ASCII_MARK_WORD MARKED_WORD R"(| ?[\p{P}\p{S}]+[\r\n]*)" SPACES};
constexpr Stages kSpark25 = {R"(\p{N}{1,3})", CHINESE_AND_KANA,
                             ASCII_MARK_WORD MARKED_WORD R"(| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+)",
                             R"(\p{N})"};
constexpr Stages kYoutu = {
    R"([\x{AC00}-\x{D7A3}\x{3131}-\x{318E}]+)"
    R"(|[\x{FF01}\x{2026}\x{201C}\x{201D}\x{2018}\x{2019}\x{2014}\x{FF1A}\x{FF1B}\x{FF0C})"
    R"(\x{3001}-\x{303F}\x{FE30}-\x{FE4F}]+|[\x{3105}-\x{312F}]+|)" CHINESE_AND_KANA,
    CASED(CONTRACTION "?") R"(|\p{N})" MARKS_SLASH SPACES};
constexpr Stages kDeepseekCoder = {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)",
                                   R"([\x{4E00}-\x{9FA5}\x{800}-\x{4E00}\x{AC00}-\x{D7FF}]+)",
                                   R"(\p{N})"};
constexpr Stages kFalcon = {R"([\p{P}\$\+<=>\^~\|`]+)", GPT2_WORDS, R"([0-9][0-9][0-9])"};
constexpr Stages kBloom = {
    R"( ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{964}\x{6D4}\x{60C})]+)"};
constexpr Stages kViking = {
    R"( ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{964}\x{6D4}\x{60C})]+)", R"(\p{N})"};
constexpr Stages kChameleon = {R"(<sentinel:[0-9]+>)",    R"((IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z)",
                               R"(([\t\n]|    |  ))",     R"(\p{N})",
                               R"([\p{P}!-/:-@\[-`{-~])", GPT2_WORDS};
constexpr Stages kKimiK2 = {R"(\p{sc:Han}+)"
                            R"(|[^\r\n\p{L}\p{N}]?)" UPPER_NOT_HAN "*" LOWER_NOT_HAN "+" CONTRACTION
                            "?"
                            R"(|[^\r\n\p{L}\p{N}]?)" UPPER_NOT_HAN "+" LOWER_NOT_HAN "*" CONTRACTION
                            "?"
                            R"(|\p{N}{1,3})" MARKS SPACES};
constexpr Stages kSuperbpe = {R"(\p{N}+)", kThreesFromRight};
constexpr Stages kBailing = {R"('(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE]))" LETTERS
                             R"(|\p{N})" MARKS R"(|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr Stages kSeedCoder = {CONTRACTION LETTERS R"(|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+)" SPACES};
constexpr Stages kUfakzeka = {R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N})" MARKS SPACES};
constexpr Stages kAfmoe = {
    R"(\p{N}+)", kThreesFromRight,
    R"([\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{F900}-\x{FAFF}\x{3040}-\x{309F}\x{30A0}-\x{30FF})"
    R"(\x{FF65}-\x{FF9F}\x{2F00}-\x{2FDF}\x{E40}-\x{E7F}\x{E80}-\x{EFF}\x{1780}-\x{17FF})"
    R"(\x{1000}-\x{109F}\x{AA60}-\x{AA7F}\x{A9E0}-\x{A9FF}\x{AC00}-\x{D7AF}\x{1100}-\x{11FF}]+)",
    ASCII_MARK_WORD MARKED_WORD R"(| ?[\p{P}\p{S}]+[\r\n]*)" SPACES};
constexpr Stages kLaguna = {R"([^\n]+|[\n]+)", CONTRACTION LETTERS R"(|\p{N})" MARKS SPACES};
// Possessive where nothing follows that could ask for characters back: same matches, no stack.
constexpr Stages kExaoneMoe = {CONTRACTION
                               R"(|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*+(?: \p{L}\p{M}*+)*+)++|\p{N})"
                               R"(| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr Stages kLines = {R"([^\n]+|[\n]+)"};
// Metaspace: every "▁" begins a word.
constexpr Stages kMetaspace = {R"([^\n]+|[\n]+)", R"(\x{2581}[^\x{2581}]*+)"};
constexpr Stages kMinicpm5 = {R"(\p{N}{1,3})", CONTRACTION LETTERS R"(|\p{N}+)" MARKS SPACES};
constexpr Stages kWhitespace = {R"(\S+)"};
constexpr Stages kDefault = {R"([\p{P}\$\+<=>\^~\|]+)", GPT2_WORDS, R"(\p{N}+)",
                             R"([0-9][0-9][0-9])"};

constexpr PreTokenizerFamily kFamilies[] = {
    {.names = "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
     .stages = kLlama3,
     .ignore_merges = true,
     .add_bos = true},
    {.names = "dbrx smaug-bpe chatglm-bpe", .stages = kLlama3},
    {.names = "glm4 glm5", .stages = kLlama3, .ignore_merges = true},
    {.names = "jais-2", .stages = kJais2},
    {.names = "deepseek-llm", .stages = kDeepseekLlm},
    {.names = "deepseek-v3 hunyuan-dense joyai-llm hy_v4", .stages = kDeepseekV3},
    {.names = "spark2_5", .stages = kSpark25},
    {.names = "youtu", .stages = kYoutu, .ignore_merges = true},
    {.names = "deepseek-coder", .stages = kDeepseekCoder},
    {.names = "falcon", .stages = kFalcon},
    {.names = "starcoder refact command-r smollm codeshell exaone minerva-7b mellum2",
     .stages = kGpt2SingleDigits},
    {.names = "gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum "
              "jina-v1-en jina-v2-code roberta-bpe exaone4 jais trillion granite-docling",
     .stages = kGpt2},
    {.names = "modern-bert mpt olmo", .stages = kGpt2, .normalize_nfc = true},
    {.names = "qwen2", .stages = kQwen2, .normalize_nfc = true},
    {.names = "stablelm2 deepseek-r1-qwen kormo f2llmv2 megrez hunyuan solar-open grok-2",
     .stages = kQwen2},
    {.names = "qwen35", .stages = kQwen35, .normalize_nfc = true},
    {.names = "poro-chat bloom gpt3-finnish", .stages = kBloom},
    {.names = "viking", .stages = kViking},
    {.names = "tekken", .stages = kTekken, .ignore_merges = true, .add_bos = true},
    {.names = "chameleon", .stages = kChameleon, .add_bos = true},
    {.names = "gpt-4o llama4 kanana2 talkie minimax-m2", .stages = kGpt4o},
    {.names = "granite-embed-multi-97m", .stages = kGpt4o, .ignore_merges = true},
    {.names = "tiny_aya cohere2moe", .stages = kTinyAya},
    {.names = "kimi-k2", .stages = kKimiK2},
    {.names = "superbpe", .stages = kSuperbpe},
    {.names = "bailingmoe bailingmoe2 llada-moe", .stages = kBailing},
    {.names = "seed-coder", .stages = kSeedCoder},
    {.names = "ufakzeka", .stages = kUfakzeka},
    {.names = "afmoe", .stages = kAfmoe},
    {.names = "laguna", .stages = kLaguna},
    {.names = "exaone-moe", .stages = kExaoneMoe},
    {.names = "gemma4 granite-embed-multi-311m sarvam-moe",
     .stages = kLines,
     .escape_whitespaces = true},
    {.names = "mmbert",
     .stages = kMetaspace,
     .escape_whitespaces = true,
     .space_before_line = true},
    {.names = "minicpm5", .stages = kMinicpm5, .ignore_merges = true},
    {.names = "whitespace", .stages = kWhitespace},
    {.names = "default", .stages = kDefault},
};

bool is_among(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t space = names.find(' ');
    if (names.substr(0, space) == name) return true;
    names = space == std::string_view::npos ? std::string_view() : names.substr(space + 1);
  }
  return false;
}

}  // namespace

const PreTokenizerFamily* find_pre_tokenizer_family(std::string_view name) {
  for (const PreTokenizerFamily& family : kFamilies)
    if (is_among(family.names, name)) return &family;
  return nullptr;
}

std::span<const PreTokenizerFamily> pre_tokenizer_families() {
  return kFamilies;
}

}  // namespace byeol::model
