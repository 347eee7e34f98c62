// Any file: a tokenizer or a sentence; and a tokenizer takes any text, however odd its vocabulary
// is.
#include <cstdint>
#include <span>

#include "base/check.h"
#include "base/utf8.h"
#include "formats/gguf.h"
#include "model/tokenizer/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace byeol;
  const auto file = formats::Gguf::parse(std::as_bytes(std::span(data, size)));
  if (!file) return 0;
  const auto tokenizer = model::Tokenizer::from_gguf(*file);
  if (!tokenizer) {
    BYEOL_CHECK(!tokenizer.error().message.empty());
    return 0;
  }
  for (const char* text :
       {"", "a  b\n\n 한글 12345 <|im_end|> </s>", "\xFF \xE2\x96 \xED\xA0\x80"}) {
    model::Detokenizer detokenizer(**tokenizer, model::Detokenizer::Control::kShow);
    for (const model::TokenId id : (*tokenizer)->encode(text))
      BYEOL_CHECK(utf8::is_valid(detokenizer.add(id)));
    BYEOL_CHECK(utf8::is_valid(detokenizer.finish()));
  }
  return 0;
}
