// What a model predicts at every position of a text: for comparing two programs, position by
// position (tools/golden/llama_logits.cc writes the same of llama.cpp), and for looking.
//
// Threads: as predict().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "bench/predict.h"
#include "bench/token_blocks.h"
#include "model/model.h"

namespace byeol::bench {

struct PredictionsOptions {
  PredictOptions predict = {};
  std::int32_t top = 8;                 // Best tokens kept of each position; at least 1.
  std::vector<std::int64_t> rows = {};  // Positions whose logits are kept whole.
};

struct Candidate {
  TokenId id;
  double log_probability;
};

struct LogitRow {
  std::int64_t position;
  std::vector<float> logits;
};

struct Predictions {
  TokenBlocks blocks;
  std::vector<std::vector<Candidate>> best;  // Of each position of a whole block; best first.
  std::vector<double> next;  // Log-probability of the token that follows; none after the last one.
  std::vector<LogitRow> rows;
  std::int64_t scored_tokens = 0;
  double perplexity = 0;  // NaN where nothing was scored (a block of less than three tokens).
};

// kInvalidArgument for a row that no block has.
Result<Predictions> collect_predictions(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                                        TokenBlocks blocks, const PredictionsOptions& options);

// Where it comes from, for a report.
struct PredictionsOrigin {
  std::string model;  // The file's name.
  std::string text;   // Likewise; empty for ids.
  std::string kv;
};

// One JSON object with the keys of llama_logits; tools/golden/compare_logits.py reads both.
std::string describe_json(const Predictions& predictions, const model::Tokenizer& tokenizer,
                          const PredictionsOrigin& origin);
// A table, one line for each position: the token there, and the best ones to follow it.
std::string describe(const Predictions& predictions, const model::Tokenizer& tokenizer);

}  // namespace byeol::bench
