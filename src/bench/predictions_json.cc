#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/predictions.h"

namespace byeol::bench {
namespace {

using Json = nlohmann::ordered_json;

// Four digits are what a comparison can use, and a third of the file.
double rounded(double log_probability) {
  return std::round(log_probability * 1e4) / 1e4;
}

Json best_of(std::int64_t position, const std::vector<Candidate>& best) {
  Json ids = Json::array();
  Json log_probabilities = Json::array();
  for (const Candidate& candidate : best) {
    ids.push_back(candidate.id);
    log_probabilities.push_back(rounded(candidate.log_probability));
  }
  return {{"position", position}, {"ids", ids}, {"logprobs", log_probabilities}};
}

}  // namespace

std::string describe_json(const Predictions& predictions, const model::Tokenizer& tokenizer,
                          const PredictionsOrigin& origin) {
  const TokenBlocks& blocks = predictions.blocks;
  Json json = {{"model", origin.model},  {"text", origin.text},
               {"block", blocks.size},   {"replace_bos", blocks.begin_with != model::kNoToken},
               {"bos", tokenizer.bos()}, {"kv", origin.kv}};
  if (predictions.scored_tokens > 0) {
    json["scored"] = predictions.scored_tokens;
    json["perplexity"] = predictions.perplexity;
  }
  // The last prediction is about one token more.
  const std::size_t kept = std::min(blocks.tokens.size(), predictions.best.size() + 1);
  json["tokens"] =
      std::vector(blocks.tokens.begin(), blocks.tokens.begin() + static_cast<std::ptrdiff_t>(kept));
  Json top = Json::array();
  Json top_log_probabilities = Json::array();
  Json top_at = Json::array();
  for (std::size_t i = 0; i < predictions.best.size(); ++i) {
    top.push_back(predictions.best[i].front().id);
    top_log_probabilities.push_back(rounded(predictions.best[i].front().log_probability));
    top_at.push_back(best_of(static_cast<std::int64_t>(i), predictions.best[i]));
  }
  Json next = Json::array();
  for (const double log_probability : predictions.next) next.push_back(rounded(log_probability));
  Json rows = Json::array();
  for (const LogitRow& row : predictions.rows)
    rows.push_back({{"position", row.position}, {"logits", row.logits}});
  json["top"] = std::move(top);
  json["top_logprob"] = std::move(top_log_probabilities);
  json["next_logprob"] = std::move(next);
  json["top_at"] = std::move(top_at);
  json["rows"] = std::move(rows);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace byeol::bench
