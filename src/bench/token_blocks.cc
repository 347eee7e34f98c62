#include "bench/token_blocks.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace byeol::bench {
namespace {

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

std::vector<TokenId> TokenBlocks::block(std::int32_t index) const {
  const auto begin = tokens.begin() + std::ptrdiff_t{index} * size;
  std::vector<TokenId> copy(begin, begin + size);
  if (begin_with != model::kNoToken) copy.front() = begin_with;
  return copy;
}

Result<TokenBlocks> cut_into_blocks(std::vector<TokenId> tokens, std::int32_t block,
                                    TokenId begin_with, std::int32_t context) {
  if (tokens.empty()) return invalid("the text is empty: there is nothing to predict");
  if (tokens.size() > std::size_t{std::numeric_limits<std::int32_t>::max()})
    return invalid("the text has " + std::to_string(tokens.size()) +
                   " tokens; expected less than 2^31");
  const auto count = static_cast<std::int32_t>(tokens.size());
  const std::int32_t size = block > 0 ? block : count;
  if (size > context)
    return invalid("a block of " + std::to_string(size) +
                   " tokens is longer than the model's context of " + std::to_string(context));
  if (size > count)
    return invalid("the text has " + std::to_string(count) + " tokens, less than one block of " +
                   std::to_string(size) + "; give a longer text or a smaller --block");
  return TokenBlocks{std::move(tokens), size, begin_with};
}

Result<TokenBlocks> blocks_of_text(const model::Model& model, std::string_view text,
                                   std::int32_t block) {
  const model::Tokenizer& tokenizer = model.tokenizer();
  if (text.ends_with('\n')) text.remove_suffix(1);
  // A text that is one block has its BOS already.
  const bool replaces = block > 0 && tokenizer.adds_bos();
  return cut_into_blocks(tokenizer.encode(text, {.add_special = true, .parse_special = false}),
                         block, replaces ? tokenizer.bos() : model::kNoToken,
                         model.config().context);
}

Result<TokenBlocks> block_of_ids(const model::Model& model, std::vector<TokenId> ids) {
  const std::int32_t vocabulary = model.config().vocabulary;
  const auto stranger =
      std::ranges::find_if(ids, [vocabulary](TokenId id) { return id < 0 || id >= vocabulary; });
  if (stranger != ids.end())
    return invalid("token " + std::to_string(*stranger) + " is not in the vocabulary (0 to " +
                   std::to_string(vocabulary - 1) + ")");
  return cut_into_blocks(std::move(ids), 0, model::kNoToken, model.config().context);
}

}  // namespace byeol::bench
