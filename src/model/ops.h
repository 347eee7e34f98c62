// The operations that a model's graph is written in. A graph names what is computed, never how:
// another back end (a GPU, an NPU) can be put under the same graph and the same KV pages.
//
// Promise 1 of the design holds for each: a row of a result depends on that row of the arguments
// alone, to the bit, whatever other rows, threads or chunks there are.
//
// Rows live in the step's arena: they are valid until the scope in which they were made ends.
// Shapes: [rows][width], row-major floats. Threads: one thread calls, the operations spread out.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "formats/gguf.h"
#include "kernels/kernel_table.h"
#include "model/batch.h"
#include "model/matrix.h"

namespace byeol::model {

struct Rows {
  float* data = nullptr;
  std::int32_t rows = 0;
  std::int32_t width = 0;

  float* row(std::int32_t index) const { return data + std::int64_t{index} * width; }
};

// Rows that matrices are multiplied with; their integer form is made once, with the rows or when
// first wanted.
struct Operand {
  Rows rows;
  kernels::Quantized quantized{};
  bool has_quantized = false;
};

enum class Activation { kSilu, kGeluTanh };
enum class RopePairs { kAdjacent, kHalves };  // (2i, 2i + 1) or (i, i + pairs).

class Ops {
 public:
  virtual ~Ops() = default;

  // Everything made after mark() is given back by release(mark).
  virtual std::int64_t mark() = 0;
  virtual void release(std::int64_t mark) = 0;

  // x[row] = scale * table[token of the row].
  virtual Rows embed(const formats::Tensor& table, std::span<const TokenId> tokens,
                     float scale) = 0;
  // y = x / sqrt(mean(x^2) + epsilon) * weight
  virtual Operand rms_norm(const Rows& x, const Vector& weight, float epsilon) = 0;
  // The same for each head of each row, in place.
  virtual void rms_norm_heads(const Rows& x, const Vector& weight, float epsilon) = 0;
  // outs[i] = weights[i] x + bias: one pass, one Rows per matrix.
  virtual void linear(Operand& x, std::span<const Matrix* const> weights, std::span<Rows> outs) = 0;
  // weight x + bias for the output head: every logit that `wanted` (one per row) asks for has the
  // bits that linear() gives; the others have those bits or are -infinity, and in a row that asks
  // for given tokens they are anything.
  virtual Rows head(Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted) = 0;
  // sum += weight x + bias
  virtual void add_linear(const Rows& sum, Operand& x, const Matrix& weight) = 0;
  // activation(gate x) * (up x)
  virtual Operand gated(Operand& x, const Matrix& gate, const Matrix& up,
                        Activation activation) = 0;
  virtual void add(const Rows& sum, const Rows& x) = 0;
  // Turns the heads of q and of k by the positions of their rows.
  virtual void rope(const Rows& q, const Rows& k, std::int32_t head_dim, std::int32_t table,
                    RopePairs pairs, const Batch& batch) = 0;
  // Stores k and v in the layer's pages; then every query head sees what the rule lets it see.
  virtual Operand attention(const Rows& q, const Rows& k, const Rows& v, std::int32_t layer,
                            const kernels::AttentionRule& rule, const Batch& batch) = 0;
  // Only the given rows, in their order.
  virtual Rows select(const Rows& x, std::span<const std::int32_t> rows) = 0;
  virtual void softcap(const Rows& x, float cap) = 0;

  // linear() with names: const auto [q, k, v] = ops.project(x, layer.q, layer.k, layer.v);
  template <typename... Matrices>
  std::array<Rows, sizeof...(Matrices)> project(Operand& x, const Matrices&... matrices) {
    const std::array<const Matrix*, sizeof...(Matrices)> weights{&matrices...};
    std::array<Rows, sizeof...(Matrices)> outs;
    linear(x, weights, outs);
    return outs;
  }
};

// Gives a layer's scratch back at the end of its block.
class Scope {
 public:
  explicit Scope(Ops& ops) : ops_(ops), mark_(ops.mark()) {}
  ~Scope() { ops_.release(mark_); }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Ops& ops_;
  std::int64_t mark_;
};

}  // namespace byeol::model
