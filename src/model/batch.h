// What one step computes: rows of tokens, some of a prompt's chunk, some a decode of one token,
// side by side. Rows of one sequence are consecutive and in ascending position.
//
// Threads: views for the duration of one step.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "kernels/kernel_table.h"

namespace byeol::model {

using TokenId = std::int32_t;

// Where the keys and values of each layer and head lie in a page.
struct KvLayout {
  kernels::KvType type = kernels::KvType::kBF16;
  std::int32_t layers = 0;
  std::int32_t kv_heads = 0;
  std::int32_t head_dim = 0;

  std::int64_t block_bytes() const { return kernels::kv_block_bytes(type, head_dim); }
  std::int64_t page_bytes() const { return 2 * block_bytes() * layers * kv_heads; }
  // The values' block follows the keys' block.
  std::int64_t key_offset(std::int32_t layer, std::int32_t head) const {
    return 2 * block_bytes() * (std::int64_t{layer} * kv_heads + head);
  }
  std::int64_t value_offset(std::int32_t layer, std::int32_t head) const {
    return key_offset(layer, head) + block_bytes();
  }
};

// The rows of one sequence.
struct Slice {
  std::int32_t first_row;
  std::int32_t rows;
  std::int32_t first_position;  // Of first_row; the cache holds all positions before it.
  std::span<std::byte* const>
      pages;  // Page p holds positions [32 p, 32 p + 32); enough for the last row.
};

// Which logits of a row its reader can tell apart: all of them, those that a sampler may choose, or
// those of given tokens. The others may then come as -infinity (beside given tokens, as anything),
// which saves reading most of a large output head.
struct LogitsWanted {
  std::int32_t best = 0;  // The so many largest, ties included; 0: see `within`.
  float within = 0;       // Without `best`: those at least the largest less this; 0: all.
  // Not empty: a bit per token (token t: bit t % 64 of word t / 64), and those above are to be
  // found among the tokens whose bit is set.
  std::span<const std::uint64_t> among{};
  std::span<const TokenId> tokens{};  // Not empty: those of these tokens, whatever stands above.

  bool all() const { return best == 0 && within == 0 && tokens.empty(); }
};

struct Batch {
  std::span<const TokenId> tokens;           // [rows]
  std::span<const std::int32_t> positions;   // [rows]
  std::span<const Slice> slices;             // Together all rows, in order.
  std::span<const std::int32_t> logit_rows;  // Ascending: the rows whose logits are wanted,
  std::span<const LogitsWanted> wanted;      // and which of them. As many.
  // Ascending: the rows whose last hidden state is wanted.
  std::span<const std::int32_t> hidden_rows{};
  // Not null: called when the layers are done; `wanted` is filled in by then.
  const std::function<void()>* before_head = nullptr;
};

}  // namespace byeol::model
