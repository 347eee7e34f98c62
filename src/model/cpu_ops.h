// The operations of ops.h on the CPU: kernels of one instruction set, spread over a thread pool in
// tiles that whoever is free takes. How the work is cut never shows in the bits.
//
// Threads: one thread calls; the pool's threads help. After warm-up an operation does not allocate.
#pragma once

#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "model/arena.h"
#include "model/ops.h"
#include "model/rope.h"

namespace byeol::model {

class CpuOps final : public Ops {
 public:
  // rope_tables: those that the graph names by index, for positions below positions_max.
  // k_max: the largest K of any matrix. group: query heads per KV head.
  CpuOps(const kernels::KernelTable& kernels, ThreadPool& pool, const KvLayout& kv,
         std::vector<RopeTable> rope_tables, std::int32_t positions_max, std::int32_t k_max,
         std::int32_t group);
  ~CpuOps() override;

  std::int64_t mark() override { return arena_.mark(); }
  void release(std::int64_t mark) override { arena_.release(mark); }

  Rows embed(const formats::Tensor& table, std::span<const TokenId> tokens, float scale) override;
  Operand rms_norm(const Rows& x, const Vector& weight, float epsilon) override;
  void rms_norm_heads(const Rows& x, const Vector& weight, float epsilon) override;
  void linear(Operand& x, std::span<const Matrix* const> weights, std::span<Rows> outs) override;
  Rows head(Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted) override;
  void add_linear(const Rows& sum, Operand& x, const Matrix& weight) override;
  Operand gated(Operand& x, const Matrix& gate, const Matrix& up, Activation activation) override;
  void add(const Rows& sum, const Rows& x) override;
  void rope(const Rows& q, const Rows& k, std::int32_t head_dim, std::int32_t table,
            RopePairs pairs, const Batch& batch) override;
  Operand attention(const Rows& q, const Rows& k, const Rows& v, std::int32_t layer,
                    const kernels::AttentionRule& rule, const Batch& batch) override;
  Rows select(const Rows& x, std::span<const std::int32_t> rows) override;
  void softcap(const Rows& x, float cap) override;

 private:
  struct Patch {  // Some tiles of a matrix by some rows of activations.
    std::int32_t tile_begin, tile_end;
    std::int32_t row_begin, row_end;
  };
  struct Cut;
  struct HeadTiles;
  struct BestRange;
  struct AttentionRow {  // A row of the batch.
    std::int32_t slice, row, position;
  };
  struct AttentionTask;
  struct AttentionCall;
  struct TaskScratch;

  Rows take_rows(std::int32_t rows, std::int32_t width);
  // Rows [begin, begin + count) of a quantized operand.
  static kernels::Quantized rows_of(const kernels::Quantized& x, std::int32_t begin,
                                    std::int32_t count);
  Operand as_operand(const Rows& rows);
  void take_quantized(Operand& x);
  void quantize_columns(Operand& x, std::int32_t row, std::int32_t begin, std::int32_t end);
  void quantize(Operand& x);
  // y = weight x + bias for a patch of y, on thread `thread`.
  void multiply(const Matrix& weight, const Operand& x, const Patch& patch, const Rows& y,
                int thread);
  // body(row_begin, row_end, thread): inline for a few rows, else over the pool.
  template <typename Body>
  void for_rows(std::int32_t rows, const Body& body);

  bool may_bound(const Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted,
                 const BestRange& best) const;
  Rows bound(const Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted,
             const BestRange& best);
  void compute_tiles(const Operand& x, const Matrix& weight, const Rows& y, HeadTiles& tiles);
  void compute_best(const Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted,
                    const BestRange& best, const Rows& y, HeadTiles& tiles);

  void store_kv(const Rows& k, const Rows& v, std::int32_t layer, const Batch& batch);
  void order_attention_rows(const Batch& batch);
  std::int32_t task_end(const AttentionCall& call, std::int32_t begin) const;
  void plan_attention(AttentionCall& call);
  void attend(const AttentionCall& call, const AttentionTask& task, int thread);
  void merge_split(const AttentionCall& call);

  const kernels::KernelTable& kernels_;
  ThreadPool& pool_;
  KvLayout kv_;
  std::vector<RopeTable> rope_tables_;
  Arena arena_;
  std::vector<std::int32_t> slice_order_;
  std::vector<AttentionRow> attention_rows_;
  std::vector<AttentionTask> tasks_;
  std::vector<kernels::KvView> kv_views_;  // [slices][kv_heads]
  std::int32_t full_heads_ = 0;            // Heads to compute whole before bounds are tried again.
  std::int32_t query_rows_;                // Query heads x positions of an attention task, at most.
  std::vector<std::byte*> thread_scratch_;  // One per thread.
};

}  // namespace byeol::model
