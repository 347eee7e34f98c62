// Text to token ids and back, as the model's own vocabulary says.
//
// encode() cuts out special tokens first, then runs one of two algorithms: SPM (GGUF model `llama`:
// characters merged by score) or BPE (GGUF model `gpt2`: words cut by regular expressions, bytes
// merged by rank). Detokenizer turns a stream of ids into text that is UTF-8 after every call.
//
// Equality: on valid UTF-8 the ids are those of Hugging Face `tokenizers`, on invalid UTF-8 those
// of llama.cpp; docs/architecture/tokenizer.md lists where the two differ. Errors: from_gguf()
// refuses a vocabulary that it cannot honour, with one sentence; encode() takes any bytes and never
// fails. Cost: O(n log n) in the longest word, linear in the number of words. Threads: a Tokenizer
// is immutable, any number may use it; a Detokenizer belongs to one. Lifetime: a Tokenizer owns all
// of its bytes; views it returns live as long as it does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"

namespace byeol::model {

using TokenId = std::int32_t;
inline constexpr TokenId kNoToken = -1;

struct EncodeOptions {
  bool add_special = true;    // Begin and end tokens where the model wants them.
  bool parse_special = true;  // "<|im_end|>" in the text is that control token, not ten characters.
  bool guarded = false;       // Parts of the text come from guarded().
};

struct TokenizerParts;

class Tokenizer {
 public:
  static Result<std::shared_ptr<const Tokenizer>> from_gguf(const formats::Gguf& file);
  ~Tokenizer();

  std::vector<TokenId> encode(std::string_view text, EncodeOptions options = {}) const;

  // What a user wrote, marked so that no part of it becomes a control token where it stands in a
  // text (a prompt that a template wrote) which is encoded with parse_special and guarded. Its ids
  // are then those of parse_special = false. Text without such tokens comes back as it was, so a
  // template sees nothing of this.
  std::string guarded(std::string_view text) const;

  // Ids run from 0 to size() - 1; any other id stands for nothing: empty text, not control.
  int size() const;
  // The bytes that a token puts into the output, maybe a part of a character; none for control.
  std::string_view piece(TokenId id) const;
  // As the vocabulary writes it ("Ġthe", "▁the", "<|im_end|>"), for people.
  std::string_view text(TokenId id) const;
  std::optional<TokenId> find(std::string_view token_text) const;

  bool is_control(TokenId id) const;
  bool is_end_of_generation(TokenId id) const;
  TokenId bos() const;  // kNoToken where the model has none.
  TokenId eos() const;
  bool adds_bos() const;
  bool adds_eos() const;
  // The text form begins with a space that is not part of the text (SPM, except Gemma).
  bool adds_space_prefix() const;

  // What was odd in the file and how it was read, one sentence each.
  std::span<const std::string> warnings() const;

 private:
  explicit Tokenizer(std::unique_ptr<const TokenizerParts> parts);

  std::unique_ptr<const TokenizerParts> parts_;
};

// Ids in, text out, each character as soon as its last byte is there. Bytes that can be no
// character become U+FFFD, one for each maximal broken sequence.
class Detokenizer {
 public:
  enum class Control { kHide, kShow };

  explicit Detokenizer(const Tokenizer& tokenizer, Control control = Control::kHide)
      : tokenizer_(tokenizer), control_(control), at_start_(tokenizer.adds_space_prefix()) {}

  // The text that this token made certain: whole characters, maybe none.
  std::string add(TokenId id);
  // What is held back, now that nothing follows. The next add() starts a new text.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  Control control_;
  bool at_start_;        // The next byte may be the space that encode() put there.
  std::string pending_;  // At most three bytes of an unfinished character.
};

}  // namespace byeol::model
