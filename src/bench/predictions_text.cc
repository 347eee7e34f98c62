#include <cstdio>

#include "bench/predictions.h"
#include "formats/printable.h"

namespace byeol::bench {
namespace {

std::string shown(const model::Tokenizer& tokenizer, TokenId id) {
  return formats::printable(tokenizer.text(id), 24);
}

// As the model read it: a block may begin with BOS instead of the text's own token.
TokenId token_at(const TokenBlocks& blocks, std::size_t position) {
  const bool begins = position % static_cast<std::size_t>(blocks.size) == 0;
  return begins && blocks.begin_with != model::kNoToken ? blocks.begin_with
                                                        : blocks.tokens[position];
}

}  // namespace

std::string describe(const Predictions& predictions, const model::Tokenizer& tokenizer) {
  std::string out =
      "position  token                     log p of next  best tokens to follow, log p\n";
  char line[160];
  auto row = predictions.rows.begin();
  for (std::size_t i = 0; i < predictions.best.size(); ++i) {
    char next[24] = "";
    if (i < predictions.next.size()) std::snprintf(next, sizeof next, "%.4f", predictions.next[i]);
    std::snprintf(line, sizeof line, "%8zu  %-24s  %13s", i,
                  shown(tokenizer, token_at(predictions.blocks, i)).c_str(), next);
    out += line;
    for (const Candidate& candidate : predictions.best[i]) {
      std::snprintf(line, sizeof line, "  %s %.4f", shown(tokenizer, candidate.id).c_str(),
                    candidate.log_probability);
      out += line;
    }
    out += '\n';
    if (row == predictions.rows.end() || row->position != static_cast<std::int64_t>(i)) continue;
    out += "          logits";
    for (const float logit : row->logits) {
      std::snprintf(line, sizeof line, " %.6g", double{logit});
      out += line;
    }
    out += '\n';
    ++row;
  }
  return out;
}

}  // namespace byeol::bench
