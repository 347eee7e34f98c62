// A model's graph: one architecture, one class, one file, and its forward pass one readable page.
// To add one: copy the nearest page, change it, add a line to architectures.cc and a golden file.
//
// Threads: immutable after load; forward() may run on several Ops at once.
#pragma once

#include <memory>
#include <vector>

#include "model/config.h"
#include "model/ops.h"
#include "model/rope.h"
#include "model/weight_loader.h"

namespace byeol::model {

// What a batch asked for.
struct Outputs {
  Rows logits;  // [logit_rows][vocabulary]
  Rows hidden;  // [hidden_rows][width]: behind the output norm, before the head.
};

class Graph {
 public:
  virtual ~Graph() = default;

  // Computes the batch: writes its keys and values into the pages and returns what it asked for.
  // Allocates from ops; the caller opens a Scope.
  virtual Outputs forward(Ops& ops, const Batch& batch) const = 0;

  // Tables that forward() names by index.
  virtual std::vector<RopeTable> rope_tables() const = 0;
};

using LoadGraph = Result<std::unique_ptr<const Graph>> (*)(const formats::Gguf& file,
                                                           const Config& config,
                                                           WeightLoader& loader);

// kUnsupported, with the list of known ones, for an architecture that we have no graph of.
Result<LoadGraph> find_architecture(std::string_view name);

Result<std::unique_ptr<const Graph>> load_llama(const formats::Gguf&, const Config&, WeightLoader&);
Result<std::unique_ptr<const Graph>> load_gemma3(const formats::Gguf&, const Config&,
                                                 WeightLoader&);
Result<std::unique_ptr<const Graph>> load_qwen2(const formats::Gguf&, const Config&, WeightLoader&);
Result<std::unique_ptr<const Graph>> load_qwen3(const formats::Gguf&, const Config&, WeightLoader&);

}  // namespace byeol::model
