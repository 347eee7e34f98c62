// The options that the measuring verbs share: the model, the threads, the KV cache's type, --json.
//
//   MeasureOptions measure(app);                 before parsing
//   BYEOL_TRY(auto loaded, measure.load());      after it
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/thread_pool.h"
#include "bench/predict.h"
#include "cli/kv_option.h"
#include "cli/model_option.h"
#include "cli/threads_option.h"
#include "model/model.h"

namespace byeol::cli {

struct LoadedModel {
  std::string file_name;  // Without its folder.
  std::unique_ptr<ThreadPool> pool;
  std::shared_ptr<const model::Model> model;
};

class MeasureOptions {
 public:
  // The app keeps pointers into this object: it must not move, and must outlive the parsing.
  explicit MeasureOptions(CLI::App& app);
  MeasureOptions(const MeasureOptions&) = delete;
  MeasureOptions& operator=(const MeasureOptions&) = delete;

  // Brings the model where it is absent.
  Result<std::string> path() const { return model_.path(); }
  int threads() const { return threads_.asked(); }  // 0: the cores that this process may use.
  std::unique_ptr<ThreadPool> pool() const;         // Of that many threads.
  // Brings the model where it is absent, and loads it with the threads that will run it.
  Result<LoadedModel> load() const;

  bool json() const { return json_; }
  const std::string& kv() const { return kv_.name(); }
  kernels::KvType kv_type() const { return kv_.type(); }

 private:
  ModelOption model_;
  KvOption kv_;
  ThreadsOption threads_;
  bool json_ = false;
};

// Says on standard error how many blocks are done: in place on a terminal, one line for each tenth
// of the way elsewhere.
bench::Progress block_progress(const std::string& label);

}  // namespace byeol::cli
