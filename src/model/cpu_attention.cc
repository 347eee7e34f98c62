// Attention over KV pages. Keys are cut into chunks at absolute multiples of 256; the partial
// results of a row's chunks are merged in ascending order. Whether one thread walks all chunks of a
// row or several threads take a chunk each, the same partials are merged in the same order: the
// same bits.
#include <algorithm>

#include "base/check.h"
#include "model/cpu_ops.h"

namespace byeol::model {
namespace {

constexpr std::int32_t kChunk = kernels::kChunkTokens;
constexpr std::int32_t kPage = kernels::kPageTokens;
// Query rows (positions x heads of a KV head) that share one pass over a chunk: enough to reuse a
// key that was widened once, few enough that their scores (32 x 256 floats) stay in cache.
constexpr std::int32_t kQueryRows = 32;
// Neighbouring positions of one page half share cache lines of the transposed keys.
constexpr std::int32_t kStoreRows = 16;

}  // namespace

// Some query positions of one KV head of one sequence, over all their chunks or over one.
struct CpuOps::AttentionTask {
  const Slice* slice;
  std::int32_t kv_head;
  std::int32_t first_row;  // In the slice.
  std::int32_t rows;       // Positions.
  std::int32_t chunk_begin, chunk_end;
  std::int32_t part;  // Where its partial goes when a row's chunks are split; else -1.
};

// What a task needs per query row, laid out in its thread's scratch.
struct CpuOps::TaskScratch {
  float* later_out;  // [rows][head_dim]
  const float** queries;
  float** outs;
  float** later_outs;
  kernels::Partial* partials;
  kernels::Partial* later;
  std::int32_t* positions;
  std::byte* kernel;  // The rest, 64-byte aligned.

  static std::int64_t bytes_per_row(std::int32_t head_dim) {
    return head_dim * static_cast<std::int64_t>(sizeof(float)) + 64;
  }

  TaskScratch(std::byte* memory, std::int32_t rows, std::int32_t head_dim) {
    kernel = memory + rows * bytes_per_row(head_dim);
    later_out = take<float>(memory, std::int64_t{rows} * head_dim);
    queries = take<const float*>(memory, rows);
    outs = take<float*>(memory, rows);
    later_outs = take<float*>(memory, rows);
    partials = take<kernels::Partial>(memory, rows);
    later = take<kernels::Partial>(memory, rows);
    positions = take<std::int32_t>(memory, rows);
  }

 private:
  template <typename T>
  static T* take(std::byte*& memory, std::int64_t count) {
    std::byte* taken = memory;
    memory += count * static_cast<std::int64_t>(sizeof(T));
    return reinterpret_cast<T*>(taken);
  }
};

struct CpuOps::AttentionCall {
  Rows q, out;
  std::int32_t layer;
  const kernels::AttentionRule& rule;
  const Batch& batch;
  std::int32_t group;  // Query heads per KV head.
  bool split = false;
  // When split: [parts][group] and [parts][group][head_dim].
  kernels::Partial* partials = nullptr;
  float* part_outs = nullptr;
};

CpuOps::CpuOps(const kernels::KernelTable& kernels, ThreadPool& pool, const KvLayout& kv,
               std::vector<RopeTable> rope_tables, std::int32_t positions_max, std::int32_t k_max,
               std::int32_t group)
    : kernels_(kernels),
      pool_(pool),
      kv_(kv),
      rope_tables_(std::move(rope_tables)),
      query_rows_(std::max(kQueryRows, group)) {
  for (RopeTable& table : rope_tables_) table.reserve(positions_max);
  const std::int64_t attention_bytes = query_rows_ * TaskScratch::bytes_per_row(kv.head_dim) +
                                       kernels::attention_scratch_bytes(query_rows_, kv.head_dim);
  const std::int64_t bytes = std::max(kernels::matmul_scratch_bytes(k_max), attention_bytes);
  for (int thread = 0; thread < pool.threads(); ++thread) {
    void* const scratch = std::aligned_alloc(64, static_cast<std::size_t>((bytes + 63) / 64 * 64));
    BYEOL_CHECK(scratch != nullptr);
    thread_scratch_.push_back(static_cast<std::byte*>(scratch));
  }
}

CpuOps::~CpuOps() {
  for (std::byte* scratch : thread_scratch_) std::free(scratch);
}

void CpuOps::store_kv(const Rows& k, const Rows& v, std::int32_t layer, const Batch& batch) {
  const auto store = [&](const Slice& slice, std::int32_t begin, std::int32_t end) {
    for (std::int32_t i = begin; i < end; ++i) {
      const std::int32_t position = slice.first_position + i;
      std::byte* page = slice.pages[static_cast<std::size_t>(position / kPage)];
      const std::int32_t row = slice.first_row + i;
      for (std::int32_t head = 0; head < kv_.kv_heads; ++head) {
        kernels_.store_key(kv_.type, page + kv_.key_offset(layer, head), position % kPage,
                           k.row(row) + head * kv_.head_dim, kv_.head_dim);
        kernels_.store_value(kv_.type, page + kv_.value_offset(layer, head), position % kPage,
                             v.row(row) + head * kv_.head_dim, kv_.head_dim);
      }
    }
  };
  for (const Slice& slice : batch.slices) {
    if (slice.rows == 1) {
      store(slice, 0, 1);
      continue;
    }
    // Cut where positions, not rows, are multiples of 16: no two threads write one cache line.
    const std::int32_t lead = slice.first_position % kStoreRows;
    pool_.run((lead + slice.rows + kStoreRows - 1) / kStoreRows, [&](int task, int) {
      const std::int32_t begin = std::max(0, task * kStoreRows - lead);
      const std::int32_t end = std::min(slice.rows, (task + 1) * kStoreRows - lead);
      store(slice, begin, end);
    });
  }
}

// One task per KV head and run of positions; where that leaves threads idle (a lone decode over a
// long context), one task per chunk.
void CpuOps::plan_attention(AttentionCall& call) {
  tasks_.clear();
  const std::int32_t window = call.rule.window;
  const std::int32_t run = std::max(1, kQueryRows / call.group);
  std::int32_t parts = 0;
  for (const Slice& slice : call.batch.slices) {
    for (std::int32_t first = 0; first < slice.rows; first += run) {
      const std::int32_t rows = std::min(run, slice.rows - first);
      const std::int32_t position = slice.first_position + first;
      const std::int32_t oldest = window > 0 ? std::max(0, position - window + 1) : 0;
      const std::int32_t chunk_begin = oldest / kChunk;
      const std::int32_t chunk_end = (position + rows - 1) / kChunk + 1;
      parts += (chunk_end - chunk_begin) * kv_.kv_heads;
      for (std::int32_t head = 0; head < kv_.kv_heads; ++head)
        tasks_.push_back({&slice, head, first, rows, chunk_begin, chunk_end, -1});
    }
  }
  const auto whole = static_cast<std::int32_t>(tasks_.size());
  call.split =
      whole < 4 * pool_.threads() && parts >= 2 * whole && pool_.threads() > 1 &&
      std::ranges::all_of(tasks_, [](const AttentionTask& task) { return task.rows == 1; });
  if (!call.split) return;
  std::int32_t part = 0;
  for (std::int32_t i = 0; i < whole; ++i) {
    const AttentionTask task = tasks_[static_cast<std::size_t>(i)];
    for (std::int32_t chunk = task.chunk_begin; chunk < task.chunk_end; ++chunk)
      tasks_.push_back({task.slice, task.kv_head, task.first_row, 1, chunk, chunk + 1, part++});
  }
  tasks_.erase(tasks_.begin(), tasks_.begin() + whole);
  call.partials = arena_.take<kernels::Partial>(std::int64_t{parts} * call.group);
  call.part_outs = arena_.take<float>(std::int64_t{parts} * call.group * kv_.head_dim);
}

void CpuOps::attend(const AttentionCall& call, const AttentionTask& task, int thread) {
  const std::int32_t head_dim = kv_.head_dim;
  const Slice& slice = *task.slice;
  const std::int32_t count = task.rows * call.group;
  const TaskScratch at(thread_scratch_[static_cast<std::size_t>(thread)], query_rows_, head_dim);

  const auto slice_index = static_cast<std::size_t>(&slice - call.batch.slices.data());
  const std::byte* const* keys =
      page_pointers_[slice_index] + 2 * static_cast<std::size_t>(task.kv_head) * slice.pages.size();
  const kernels::KvView view{keys, keys + slice.pages.size(), kv_.type, head_dim};

  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t row = task.first_row + i / call.group;
    const std::int32_t head = task.kv_head * call.group + i % call.group;
    at.positions[i] = slice.first_position + row;
    at.queries[i] = call.q.row(slice.first_row + row) + head * head_dim;
    at.outs[i] = task.part >= 0
                     ? call.part_outs + (std::int64_t{task.part} * call.group + i) * head_dim
                     : call.out.row(slice.first_row + row) + head * head_dim;
    at.later_outs[i] = at.later_out + std::int64_t{i} * head_dim;
  }
  kernels_.attend_chunk(view, call.rule, at.queries, at.positions, count, task.chunk_begin,
                        at.partials, at.outs, at.kernel);
  if (task.part >= 0) {
    std::copy_n(at.partials, count, call.partials + std::int64_t{task.part} * call.group);
    return;
  }
  for (std::int32_t chunk = task.chunk_begin + 1; chunk < task.chunk_end; ++chunk) {
    kernels_.attend_chunk(view, call.rule, at.queries, at.positions, count, chunk, at.later,
                          at.later_outs, at.kernel);
    for (std::int32_t i = 0; i < count; ++i)
      kernels_.merge(&at.partials[i], at.outs[i], at.later[i], at.later_outs[i], head_dim);
  }
  for (std::int32_t i = 0; i < count; ++i)
    kernels_.finish(at.partials[i], nullptr, at.outs[i], head_dim);
}

// The parts of a row are consecutive and in ascending order of chunks.
void CpuOps::merge_split(const AttentionCall& call) {
  const std::int32_t head_dim = kv_.head_dim;
  for (std::size_t first = 0; first < tasks_.size();) {
    const AttentionTask& task = tasks_[first];
    std::size_t end = first + 1;
    while (end < tasks_.size() && tasks_[end].slice == task.slice &&
           tasks_[end].kv_head == task.kv_head && tasks_[end].first_row == task.first_row)
      ++end;
    for (std::int32_t i = 0; i < call.group; ++i) {
      float* out = call.out.row(task.slice->first_row + task.first_row) +
                   (task.kv_head * call.group + i) * head_dim;
      const std::int64_t at = std::int64_t{task.part} * call.group + i;
      kernels::Partial partial = call.partials[at];
      std::copy_n(call.part_outs + at * head_dim, head_dim, out);
      for (std::size_t later = 1; later < end - first; ++later) {
        const std::int64_t part = at + static_cast<std::int64_t>(later) * call.group;
        kernels_.merge(&partial, out, call.partials[part], call.part_outs + part * head_dim,
                       head_dim);
      }
      kernels_.finish(partial, nullptr, out, head_dim);
    }
    first = end;
  }
}

Operand CpuOps::attention(const Rows& q, const Rows& k, const Rows& v, std::int32_t layer,
                          const kernels::AttentionRule& rule, const Batch& batch) {
  store_kv(k, v, layer, batch);
  Operand out = as_operand(take_rows(q.rows, q.width));
  const std::int64_t start = mark();

  AttentionCall call{.q = q,
                     .out = out.rows,
                     .layer = layer,
                     .rule = rule,
                     .batch = batch,
                     .group = q.width / (kv_.kv_heads * kv_.head_dim)};
  page_pointers_.clear();
  for (const Slice& slice : batch.slices) {
    const auto pages = static_cast<std::int64_t>(slice.pages.size());
    const std::byte** pointers = arena_.take<const std::byte*>(2 * kv_.kv_heads * pages);
    page_pointers_.push_back(pointers);
    for (std::int32_t head = 0; head < kv_.kv_heads; ++head) {
      for (const std::byte* page : slice.pages) *pointers++ = page + kv_.key_offset(layer, head);
      for (const std::byte* page : slice.pages) *pointers++ = page + kv_.value_offset(layer, head);
    }
  }

  plan_attention(call);
  if (tasks_.size() == 1) {
    attend(call, tasks_[0], 0);
  } else {
    pool_.run(static_cast<int>(tasks_.size()), [&](int task, int thread) {
      attend(call, tasks_[static_cast<std::size_t>(task)], thread);
    });
  }
  if (call.split) merge_split(call);
  release(start);
  return out;
}

}  // namespace byeol::model
