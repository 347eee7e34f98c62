#include "bench/synth_vocabulary.h"

#include <array>
#include <cstdio>

#include "base/check.h"
#include "model/tokenizer/byte_alphabet.h"

namespace byeol::bench {
namespace {

enum TokenType : std::int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kByte = 6 };

constexpr std::string_view kLetters = "etaoinshrdlucmfwypvbgkqjxz";  // The commonest first.

class Builder {
 public:
  Builder(SynthTokenizer tokenizer, std::uint32_t size) : tokenizer_(tokenizer), size_(size) {}

  void add(std::string text, TokenType type) {
    vocabulary_.tokens.push_back(std::move(text));
    vocabulary_.types.push_back(type);
  }

  // Words by length: every word of one length with every letter behind it, until there are enough.
  // A word has one way only to be split in this manner, so none comes twice.
  void add_words(const std::string& space) {
    std::vector<std::string> shorter{space};
    for (const char letter : kLetters) shorter.emplace_back(1, letter);
    while (true) {
      std::vector<std::string> longer;
      for (const std::string& word : shorter)
        for (const char letter : kLetters) {
          if (vocabulary_.tokens.size() == size_) return;
          longer.push_back(word + letter);
          add(longer.back(), kNormal);
          if (tokenizer_ == SynthTokenizer::kByteLevel)
            vocabulary_.merges.push_back(word + " " + letter);
        }
      shorter = std::move(longer);
    }
  }

  SynthVocabulary take() {
    if (tokenizer_ == SynthTokenizer::kPieces)
      for (std::size_t i = 0; i < vocabulary_.tokens.size(); ++i)
        vocabulary_.scores.push_back(vocabulary_.types[i] == kNormal ? -static_cast<float>(i)
                                                                     : 0.0f);
    return std::move(vocabulary_);
  }

 private:
  SynthTokenizer tokenizer_;
  std::uint32_t size_;
  SynthVocabulary vocabulary_;
};

}  // namespace

SynthVocabulary make_vocabulary(SynthTokenizer tokenizer, std::uint32_t size) {
  constexpr std::uint32_t kSmallest = 512;
  BYEOL_CHECK(size >= kSmallest);
  Builder builder(tokenizer, size);
  if (tokenizer == SynthTokenizer::kByteLevel) {
    for (const char* name : {"<|endoftext|>", "<|im_start|>", "<|im_end|>"})
      builder.add(name, kControl);
    for (int byte = 0; byte < 256; ++byte)
      builder.add(std::string(model::byte_character(static_cast<std::uint8_t>(byte))), kNormal);
    builder.add_words(std::string(model::byte_character(' ')));
    return builder.take();
  }
  for (const char* name : {"<pad>", "<eos>", "<bos>"}) builder.add(name, kControl);
  builder.add("<unk>", kUnknown);
  for (int byte = 0; byte < 256; ++byte) {
    std::array<char, 8> name;
    std::snprintf(name.data(), name.size(), "<0x%02X>", static_cast<unsigned>(byte));
    builder.add(name.data(), kByte);
  }
  const std::string space = "\u2581";
  builder.add(space, kNormal);
  for (char letter = '!'; letter <= '~'; ++letter) builder.add(std::string(1, letter), kNormal);
  builder.add_words(space);
  return builder.take();
}

}  // namespace byeol::bench
