// Attention over KV pages. Keys are cut into chunks at absolute multiples of 256; the partial
// results of a row's chunks are merged in ascending order. Whether one thread walks all chunks of a
// row or several threads take a chunk each, and whichever sequences share a pass over pages that
// they have in common, the same partials are merged in the same order: the same bits.
#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "base/check.h"
#include "model/cpu_ops.h"

namespace byeol::model {
namespace {

constexpr std::int32_t kChunk = kernels::kChunkTokens;
constexpr std::int32_t kPage = kernels::kPageTokens;
// Query rows (positions x heads of a KV head) that share one pass over a chunk: enough to reuse a
// key that was widened once, few enough that their scores (32 x 256 floats) stay in cache.
constexpr std::int32_t kQueryRows = 32;
// What the partial results of a split may take: 16 MiB. A prompt's chunk at the end of a long
// context has work for all threads as it is.
constexpr std::int64_t kSplitFloatsMax = 4 << 20;
// Neighbouring positions of one page half share cache lines of the transposed keys.
constexpr std::int32_t kStoreRows = 16;

}  // namespace

// Some rows of the batch for one KV head, over all their chunks or over a run of them.
struct CpuOps::AttentionTask {
  std::int32_t kv_head;
  std::int32_t begin, end;  // In attention_rows_.
  std::int32_t chunk_begin, chunk_end;
  std::int64_t part;  // Where its first partial goes when chunks are split; else -1.
};

// What a task needs per query row, laid out in its thread's scratch.
struct CpuOps::TaskScratch {
  float* later_out;  // [rows][head_dim]
  const kernels::KvView** views;
  const float** queries;
  float** outs;
  float** later_outs;
  kernels::Partial* partials;
  kernels::Partial* later;
  std::int32_t* positions;
  std::byte* kernel;  // The rest, 64-byte aligned.

  static std::int64_t bytes_per_row(std::int32_t head_dim) {
    return head_dim * static_cast<std::int64_t>(sizeof(float)) + 64;  // 52 of them taken below.
  }

  TaskScratch(std::byte* memory, std::int32_t rows, std::int32_t head_dim) {
    kernel = memory + rows * bytes_per_row(head_dim);
    later_out = take<float>(memory, std::int64_t{rows} * head_dim);
    views = take<const kernels::KvView*>(memory, rows);
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

  // The query head of a task's row i, which counts the heads of a position first.
  std::int32_t head(const AttentionTask& task, std::int32_t i) const {
    return task.kv_head * group + i % group;
  }
  // The first chunk that a query sees.
  std::int32_t first_chunk(std::int32_t position) const {
    return rule.window > 0 ? std::max(0, position - rule.window + 1) / kChunk : 0;
  }

  // When split: of each task, and within it of each query head.
  kernels::Partial* partials = nullptr;
  float* part_outs = nullptr;  // [partials][head_dim]
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

// The rows of the batch, those of sequences with the same first pages side by side.
void CpuOps::order_attention_rows(const Batch& batch) {
  slice_order_.resize(batch.slices.size());
  std::iota(slice_order_.begin(), slice_order_.end(), 0);
  std::ranges::sort(slice_order_, [&batch](std::int32_t a, std::int32_t b) {
    const auto pages = [&batch](std::int32_t i) {
      return batch.slices[static_cast<std::size_t>(i)].pages;
    };
    return std::ranges::lexicographical_compare(pages(a), pages(b), std::less<>());
  });
  attention_rows_.clear();
  for (const std::int32_t index : slice_order_) {
    const Slice& slice = batch.slices[static_cast<std::size_t>(index)];
    for (std::int32_t i = 0; i < slice.rows; ++i)
      attention_rows_.push_back({index, slice.first_row + i, slice.first_position + i});
  }
}

// Where the task that begins with this row ends: a run of rows of one sequence, or some whole
// sequences that see the same first page.
std::int32_t CpuOps::task_end(const AttentionCall& call, std::int32_t begin) const {
  const std::int32_t run = std::max(1, kQueryRows / call.group);
  const auto rows = static_cast<std::int32_t>(attention_rows_.size());
  // Fewer where sharing would leave threads without a task.
  const std::int32_t shared_run =
      std::min(run, (rows * kv_.kv_heads + 4 * pool_.threads() - 1) / (4 * pool_.threads()));
  const auto at = [this](std::int32_t i) { return attention_rows_[static_cast<std::size_t>(i)]; };
  const auto slice_of = [&](std::int32_t i) -> const Slice& {
    return call.batch.slices[static_cast<std::size_t>(at(i).slice)];
  };
  const auto rows_left = [&](std::int32_t i) {
    return slice_of(i).first_row + slice_of(i).rows - at(i).row;
  };
  const auto first_page = [&](std::int32_t i) {
    const std::int32_t chunk = call.first_chunk(at(i).position);
    return slice_of(i).pages[static_cast<std::size_t>(chunk * (kChunk / kPage))];
  };
  std::int32_t end = begin + std::min(run, rows_left(begin));
  while (end < rows && end - begin < shared_run && rows_left(end) <= shared_run - (end - begin) &&
         first_page(end) == first_page(begin))
    end += rows_left(end);
  return end;
}

// One task per KV head and some rows; where that leaves threads idle (a lone decode over a long
// context), several tasks, each of a run of chunks.
void CpuOps::plan_attention(AttentionCall& call) {
  tasks_.clear();
  std::int64_t parts = 0, partials = 0;
  for (std::int32_t begin = 0, end; begin < static_cast<std::int32_t>(attention_rows_.size());
       begin = end) {
    end = task_end(call, begin);
    std::int32_t oldest = std::numeric_limits<std::int32_t>::max(), newest = 0;
    for (std::int32_t i = begin; i < end; ++i) {
      const std::int32_t position = attention_rows_[static_cast<std::size_t>(i)].position;
      oldest = std::min(oldest, position);
      newest = std::max(newest, position);
    }
    const std::int32_t chunk_begin = call.first_chunk(oldest), chunk_end = newest / kChunk + 1;
    parts += (chunk_end - chunk_begin) * kv_.kv_heads;
    partials += std::int64_t{chunk_end - chunk_begin} * kv_.kv_heads * (end - begin) * call.group;
    for (std::int32_t head = 0; head < kv_.kv_heads; ++head)
      tasks_.push_back({head, begin, end, chunk_begin, chunk_end, -1});
  }
  const auto whole = static_cast<std::int32_t>(tasks_.size());
  call.split = whole < 4 * pool_.threads() && parts >= 2 * whole && pool_.threads() > 1 &&
               partials * kv_.head_dim <= kSplitFloatsMax;
  if (!call.split) return;
  const std::int32_t wanted = (4 * pool_.threads() + whole - 1) / whole;
  std::int64_t part = 0;
  for (std::int32_t i = 0; i < whole; ++i) {
    const AttentionTask task = tasks_[static_cast<std::size_t>(i)];
    const std::int32_t run = (task.chunk_end - task.chunk_begin + wanted - 1) / wanted;
    for (std::int32_t chunk = task.chunk_begin; chunk < task.chunk_end; chunk += run) {
      const std::int32_t end = std::min(chunk + run, task.chunk_end);
      tasks_.push_back({task.kv_head, task.begin, task.end, chunk, end, part});
      part += std::int64_t{end - chunk} * (task.end - task.begin) * call.group;
    }
  }
  tasks_.erase(tasks_.begin(), tasks_.begin() + whole);
  call.partials = arena_.take<kernels::Partial>(partials);
  call.part_outs = arena_.take<float>(partials * kv_.head_dim);
}

void CpuOps::attend(const AttentionCall& call, const AttentionTask& task, int thread) {
  const std::int32_t head_dim = kv_.head_dim;
  const std::int32_t count = (task.end - task.begin) * call.group;
  const TaskScratch at(thread_scratch_[static_cast<std::size_t>(thread)], query_rows_, head_dim);
  for (std::int32_t i = 0; i < count; ++i) {
    const AttentionRow& row =
        attention_rows_[static_cast<std::size_t>(task.begin + i / call.group)];
    at.views[i] = &kv_views_[static_cast<std::size_t>(row.slice * kv_.kv_heads + task.kv_head)];
    at.positions[i] = row.position;
    at.queries[i] = call.q.row(row.row) + call.head(task, i) * head_dim;
    at.outs[i] = call.out.row(row.row) + call.head(task, i) * head_dim;
    at.later_outs[i] = at.later_out + std::int64_t{i} * head_dim;
  }
  if (task.part >= 0) {  // Each chunk's partial for itself: merge_split() merges them in order.
    for (std::int32_t chunk = task.chunk_begin; chunk < task.chunk_end; ++chunk) {
      const std::int64_t part = task.part + std::int64_t{chunk - task.chunk_begin} * count;
      for (std::int32_t i = 0; i < count; ++i) at.outs[i] = call.part_outs + (part + i) * head_dim;
      kernels_.attend_chunk(at.views, call.rule, at.queries, at.positions, count, chunk,
                            call.partials + part, at.outs, at.kernel);
    }
    return;
  }
  kernels_.attend_chunk(at.views, call.rule, at.queries, at.positions, count, task.chunk_begin,
                        at.partials, at.outs, at.kernel);
  for (std::int32_t chunk = task.chunk_begin + 1; chunk < task.chunk_end; ++chunk) {
    kernels_.attend_chunk(at.views, call.rule, at.queries, at.positions, count, chunk, at.later,
                          at.later_outs, at.kernel);
    for (std::int32_t i = 0; i < count; ++i)
      kernels_.merge(&at.partials[i], at.outs[i], at.later[i], at.later_outs[i], head_dim);
  }
  for (std::int32_t i = 0; i < count; ++i)
    kernels_.finish(at.partials[i], nullptr, at.outs[i], head_dim);
}

// The partials of the same rows are consecutive and in ascending order of chunks.
void CpuOps::merge_split(const AttentionCall& call) {
  const std::int32_t head_dim = kv_.head_dim;
  const auto merge = [&](const AttentionTask& task, std::int32_t chunks) {
    const std::int32_t count = (task.end - task.begin) * call.group;
    const auto out_of = [&](std::int32_t i) {
      const auto row = static_cast<std::size_t>(task.begin + i / call.group);
      return call.out.row(attention_rows_[row].row) + call.head(task, i) * head_dim;
    };
    kernels::Partial* const partials = call.partials + task.part;
    for (std::int32_t i = 0; i < count; ++i)
      std::copy_n(call.part_outs + (task.part + i) * head_dim, head_dim, out_of(i));
    for (std::int32_t later = 1; later < chunks; ++later) {
      for (std::int32_t i = 0; i < count; ++i) {  // Each waits for its exponentials: side by side.
        const std::int64_t part = task.part + std::int64_t{later} * count + i;
        kernels_.merge(&partials[i], out_of(i), call.partials[part],
                       call.part_outs + part * head_dim, head_dim);
      }
    }
    for (std::int32_t i = 0; i < count; ++i)
      kernels_.finish(partials[i], nullptr, out_of(i), head_dim);
  };
  const auto continues = [this](std::size_t i) {
    return i > 0 && tasks_[i].begin == tasks_[i - 1].begin &&
           tasks_[i].kv_head == tasks_[i - 1].kv_head;
  };
  pool_.run(static_cast<int>(tasks_.size()), [&](int task, int) {
    const auto first = static_cast<std::size_t>(task);
    if (continues(first)) return;
    std::size_t last = first;
    while (last + 1 < tasks_.size() && continues(last + 1)) ++last;
    merge(tasks_[first], tasks_[last].chunk_end - tasks_[first].chunk_begin);
  });
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
  kv_views_.clear();
  for (const Slice& slice : batch.slices) {
    const auto pages = static_cast<std::int64_t>(slice.pages.size());
    for (std::int32_t head = 0; head < kv_.kv_heads; ++head) {
      const std::byte** keys = arena_.take<const std::byte*>(2 * pages);
      const std::byte** values = keys + pages;
      kv_views_.push_back({keys, values, kv_.type, kv_.head_dim});
      for (std::byte* page : slice.pages) {
        *keys++ = page + kv_.key_offset(layer, head);
        *values++ = page + kv_.value_offset(layer, head);
      }
    }
  }

  if (layer == 0) order_attention_rows(batch);  // The same in every layer of a step.
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
