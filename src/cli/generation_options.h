// The options that `run` and `chat` share: the model, its threads, and how tokens are chosen.
//
//   GenerationOptions options(app);           before parsing
//   BYEOL_TRY(auto runtime, options.load());  after it
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/kv_option.h"
#include "cli/model_option.h"
#include "cli/threads_option.h"
#include "engine/sampling_options.h"
#include "runtime/conversation.h"
#include "runtime/runtime.h"
#include "runtime/turn.h"

namespace byeol::cli {

class GenerationOptions {
 public:
  // The app keeps pointers into this object: it must not move, and must outlive the parsing.
  explicit GenerationOptions(CLI::App& app);
  GenerationOptions(const GenerationOptions&) = delete;
  GenerationOptions& operator=(const GenerationOptions&) = delete;

  // Brings the model where it is absent, and gets it ready.
  Result<std::unique_ptr<runtime::Runtime>> load();
  // Of the model that was loaded: its file's name without the ending.
  const std::string& model_name() const { return model_name_; }
  // What the options say of a turn; its prompt is still empty. Without --max-tokens, a continued
  // text gets few tokens: it does not know when to end.
  runtime::Turn turn(runtime::Conversation::Form form) const;

  const std::string& system() const { return system_; }
  std::uint64_t seed() const { return sampling_.seed; }

 private:
  ModelOption model_;
  KvOption kv_;
  ThreadsOption threads_;
  std::string model_name_;
  std::int32_t context_ = 0;
  std::int32_t max_tokens_ = -1;
  engine::SamplingOptions sampling_;
  std::vector<std::string> stop_;
  std::string system_;
  bool no_speculation_ = false;
};

// "0.12 s to the first token, 45.2 tokens/s, 120 tokens, 31 of 40 drafted ones accepted; prompt: 30
// tokens, 12 of them reused"; nothing of drafts where there were none.
std::string describe(const runtime::TurnTimings& timings);

}  // namespace byeol::cli
