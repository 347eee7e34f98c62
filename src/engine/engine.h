// Sequences over one model: their tokens, their KV pages, and step(), which computes one batch that
// mixes prefill chunks and decodes. What was computed can be remembered; sequences that begin alike
// then share its pages. What is remembered gives way when pages are wanted.
//
// Promise 1 of the design: the logits of a token depend on the tokens before it in its sequence
// alone, to the bit: not on other entries of the step, on threads, on how a prompt was chunked, on
// whether a prefix was forked from another sequence, or on the instruction set.
//
// Threads: one at a time calls; the engine's pool helps inside step(). After warm-up a step does
// not allocate on the heap.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/kv_pool.h"
#include "engine/prefix_file.h"
#include "engine/prefix_tree.h"
#include "kernels/kernel_table.h"
#include "model/cpu_ops.h"
#include "model/model.h"

namespace byeol::engine {

using model::TokenId;
enum class SequenceId : std::int64_t {};

struct EngineOptions {
  kernels::KvType kv_type = kernels::KvType::kBF16;
  std::int32_t kv_tokens = 0;  // Positions in the cache, all sequences together; 0: the model's
                               // context, at most 8192.
  std::int32_t step_rows_max = 512;  // Tokens of one step, all entries together.
};

enum class Logits { kNone, kLast, kAll };  // Of which of an entry's tokens.
enum class Hidden { kNone, kAll };

struct StepEntry {
  SequenceId sequence;              // At most once in a step.
  std::span<const TokenId> tokens;  // Appended to the sequence. Not empty.
  Logits logits = Logits::kNone;
  model::LogitsWanted wanted{};   // Which of a row's logits must be right; the others may be -inf.
  Hidden hidden = Hidden::kNone;  // States behind the last layer and the output norm.
  std::int32_t logits_from = 0;   // Of kAll: the tokens from this one on.
  // Not empty: in place of `wanted`, for each of the tokens whose logits are wanted.
  std::span<const model::LogitsWanted> wanted_each{};
};

class Engine {
 public:
  static constexpr std::int32_t kPageTokens = kernels::kPageTokens;  // Positions of a page.

  // `pool` must outlive the engine. kInvalidArgument where BYEOL_ISA names what this machine lacks.
  static Result<std::unique_ptr<Engine>> create(std::shared_ptr<const model::Model> model,
                                                ThreadPool& pool, const EngineOptions& options);

  // An empty sequence. It owns no page until tokens are appended.
  SequenceId open();
  // A sequence that begins with as many of these tokens as are remembered: its pages are shared.
  SequenceId open_remembered(std::span<const TokenId> tokens);
  // How many that would be.
  std::int32_t remembered(std::span<const TokenId> tokens) { return prefixes_->match(tokens); }
  // Keeps a sequence's first `length` tokens for sequences to come.
  void remember(SequenceId sequence, std::int32_t length);
  const PrefixTree& prefixes() const { return *prefixes_; }
  // Writes what is remembered into a file of this folder, which is made where it is absent, and
  // reads it back: as much as there are free pages for (prefix_file.h, prefix_restore.h). Of the
  // tokens that came back the bits are as they were. load_prefixes() gives their number, 0 where
  // there is no file; on an error nothing has changed.
  Status save_prefixes(const std::string& folder) const;
  Result<std::int64_t> load_prefixes(const std::string& folder);
  // A sequence that begins with the first `length` tokens of another; whole pages are shared.
  // kOverloaded where a page for the rest of a page is lacking.
  Result<SequenceId> fork(SequenceId source, std::int32_t length);
  // Forgets the tokens from `length` on.
  void truncate(SequenceId sequence, std::int32_t length);
  // Gives its pages back.
  void close(SequenceId sequence);
  // The tokens whose keys and values are in the cache.
  std::span<const TokenId> tokens(SequenceId sequence) const;
  // The bytes of its page `index`: keys and values of positions [32 index, 32 index + 32) in all
  // layers (model/batch.h, KvLayout). Valid until the sequence changes.
  std::span<const std::byte> page(SequenceId sequence, std::int32_t index) const;

  // Computes all entries (one or more) in one pass over the weights. On an error nothing has
  // changed: kInvalidArgument for a token that the vocabulary lacks or too many rows, kOverloaded
  // where the free pages do not suffice.
  // before_head is called when the layers are done: up to then, what the caller wants of the logits
  // (`wanted`, `wanted_each`) may change, but not of which tokens. Tokens that were not checked at
  // the beginning must be in the vocabulary.
  Status step(std::span<const StepEntry> entries, const std::function<void()>& before_head = {});
  // After step(): the logits of an entry, row by row [vocabulary]; valid until the next step.
  std::int32_t logit_rows(std::size_t entry) const;
  std::span<const float> logits(std::size_t entry, std::int32_t row = 0) const;
  // The same for the hidden states of an entry that asked for them, [width].
  std::span<const float> hidden(std::size_t entry, std::int32_t row) const;

  const model::Model& model() const { return *model_; }
  std::int32_t step_rows_max() const { return options_.step_rows_max; }
  // Positions that still fit, were they all in new pages; remembered ones give way.
  std::int32_t free_tokens() const {
    return (pool_->free_pages() + pool_->idle_pages()) * kernels::kPageTokens;
  }
  std::int32_t capacity_tokens() const { return pool_->pages() * kernels::kPageTokens; }
  const char* isa() const { return kernels_.isa; }

 private:
  struct Sequence {
    std::vector<TokenId> tokens;
    std::vector<PageId> pages;
    std::vector<std::byte*> page_data;  // Of pages, as a batch wants them.
    std::int64_t last_step = 0;         // The last one that it had an entry in.
  };

  Engine(std::shared_ptr<const model::Model> model, ThreadPool& threads,
         const EngineOptions& options, const kernels::KernelTable& kernels,
         const model::KvLayout& layout, std::unique_ptr<KvPool> pool);

  Sequence& find(SequenceId id);
  Sequence make_sequence() const;
  Status check(std::span<const StepEntry> entries);
  // Makes so many pages free, as far as remembered ones can give way.
  bool make_room(std::int32_t pages);
  std::int32_t pages_wanted(const Sequence& sequence, std::size_t new_tokens) const;
  // Pages for the new tokens, and a page of its own for the first of them.
  void extend(Sequence& sequence, std::size_t new_tokens);
  void add_page(Sequence& sequence, PageId page);
  void build_batch(std::span<const StepEntry> entries);
  void build_wanted(std::span<const StepEntry> entries);
  PrefixFileKey prefix_file_key() const;

  std::shared_ptr<const model::Model> model_;
  EngineOptions options_;
  const kernels::KernelTable& kernels_;
  model::KvLayout layout_;
  std::unique_ptr<KvPool> pool_;
  std::unique_ptr<PrefixTree> prefixes_;
  std::int32_t positions_max_;
  model::CpuOps ops_;
  std::unordered_map<std::int64_t, Sequence> sequences_;
  std::int64_t next_id_ = 1;
  std::int64_t steps_ = 0;

  // The batch under way.
  std::vector<TokenId> tokens_;
  std::vector<std::int32_t> positions_;
  std::vector<model::Slice> slices_;
  std::vector<std::int32_t> logit_rows_;
  std::vector<model::LogitsWanted> wanted_;  // One per logit row.
  std::vector<std::int32_t> first_logit_;    // Per entry, and one past the last.
  std::vector<std::int32_t> hidden_rows_;
  std::vector<std::int32_t> first_hidden_;  // As first_logit_.
  model::Outputs outputs_;
};

}  // namespace byeol::engine
