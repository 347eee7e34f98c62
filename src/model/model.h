// A model in memory: its file, its numbers, its graph with packed weights, its tokenizer.
//
// load() checks everything that the graph relies on; afterwards nothing about the file can surprise
// a step. Threads: immutable after load(), shared by any number of engines.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "model/config.h"
#include "model/graph.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::model {

class Model {
 public:
  // Packs the weights on the pool's threads.
  static Result<std::shared_ptr<const Model>> load(const std::string& path, ThreadPool& pool);

  const formats::Gguf& file() const { return file_; }
  const Config& config() const { return config_; }
  const Graph& graph() const { return *graph_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  // The chat template's source; empty for a base model.
  std::string_view chat_template() const { return chat_template_; }
  std::int32_t k_max() const { return k_max_; }  // The largest K of any matrix.

 private:
  explicit Model(formats::Gguf file) : file_(std::move(file)) {}

  formats::Gguf file_;
  Config config_;
  std::unique_ptr<const Graph> graph_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::string_view chat_template_;
  std::int32_t k_max_ = 0;
};

}  // namespace byeol::model
