// The whole surface between a model's graph and the silicon: one struct of function pointers per
// instruction set. This module includes no other module: pointers and sizes in, numbers out.
//
// Every table gives the bits of the scalar one (kernels_test). The rules that make it so stand
// beside each operation below and in docs/architecture/kernels.md.
//
// Threads: pure functions over their arguments. Errors: none; arguments are the caller's business.
#pragma once

#include <cstddef>
#include <cstdint>

namespace byeol::kernels {

// ---------------------------------------------------------------------------- packed weights
// A matrix W[rows][k] is packed into tiles of 32 rows. A tile is a run of blocks along K; a block
// holds 32 rows x 32 values (x 256 for the "super" layouts, whose scales are shared wider). Rows
// past `rows` in the last tile are zero. Codes are unsigned in memory; a layout's offset is
// subtracted in integers.
inline constexpr int kTileRows = 32;
inline constexpr int kBlock = 32;  // K-values that share one activation scale.
inline constexpr int kSuperBlock = 256;

enum class Layout : std::uint8_t {
  //              codes    offset  scales                                        without loss
  kQ4,         // 4 bits   8       f16 d per 32                                  Q4_0
  kQ4Min,      // 4 bits   0       f16 d, f16 m per 32                           Q4_1
  kQ5,         // 4+1      16      f16 d per 32                                  Q5_0
  kQ5Min,      // 4+1      0       f16 d, f16 m per 32                           Q5_1
  kQ8,         // 8 bits   128     f16 d per 32                                  Q8_0, IQ4_NL
  kSuper4Min,  // 4 bits   0       f16 d, dmin per 256; u8 scale, min per 32     Q4_K
  kSuper5Min,  // 4+1      0       f16 d, dmin per 256; u8 scale, min per 32     Q5_K
  kSuper6,     // 4+2      32      f16 d per 256; i8 scale per 16                Q6_K, Q3_K
  kWide,       // 8 bits   128     f32 d, f32 m per 16                           Q2_K, IQ4_XS, MXFP4
  kQ8Split,    // 5 + 3 bits 128   f16 d per 32; the lower bits apart            Q8_0
  kF32,        // [k][32 rows] floats of this type                               F32
  kF16,        //                                                                F16
  kBF16,       //                                                                BF16
};

struct Weights {
  const std::byte* tiles;   // 64-byte aligned.
  std::int64_t tile_bytes;  // From one tile to the next; a multiple of 64.
  std::int32_t rows;
  std::int32_t k;  // A multiple of 32 (256 for the super layouts); any for the float ones.
  Layout layout;
  const std::byte* lows = nullptr;  // kQ8Split: the lower bits, low_tile_bytes(k) per tile.
};

// Rows of activations as integer codes, one f32 scale per 32 values: x[i] ~ scale * code[i]. A few
// values of a row dwarf the others, and one of them would coarsen all 32: so the quad (4
// neighbours) with the largest magnitude of its 32, the *wide quad*, has codes of two bytes.
//   rest    the largest magnitude outside of the wide quad (the first of the largest)
//   amax    max(rest, 127 / 16319 * the wide quad's largest magnitude)
//   scale = amax / 127, code = round to nearest even(x * (127 / amax)), 0 where that is infinite
//   high  = (code + 64) >> 7, low = code - 128 * high
// NaN counts as 0, an infinity as the largest float.
// codes: one byte per value, of the wide quad the low ones. highs32: the wide quad's four high
// bytes, its first value in the lowest. highs16: the same beside the half (16 values) that holds
// it, 0 beside the other. quads: which of the 8 quads it is. sums32 and sums16: the sum of
// the whole codes of each 32 (16) values, at most 68,832, so that a product with codes of 8 bits
// summed over a block is exact in a float.
inline constexpr float kWideCodeMax = 127 * 128 + 63;
struct Quantized {
  std::int8_t* codes;     // [rows][k]
  float* scales;          // [rows][k / 32]
  std::int32_t* highs32;  // [rows][k / 32]
  std::int32_t* highs16;  // [rows][k / 16]
  std::uint8_t* quads;    // [rows][k / 32]
  std::int32_t* sums32;   // [rows][k / 32]
  std::int32_t* sums16;   // [rows][k / 16]
  std::int32_t rows;
  std::int32_t k;
};

// ---------------------------------------------------------------------------- KV pages
// A page holds the keys and values of kPageTokens consecutive positions. For one layer and KV head:
//   keys    [kPageTokens / 16][head_dim][16 positions]    so that 16 positions fill the lanes
//   values  [kPageTokens][head_dim]
// kQ8: int8 codes in the same order, then one f32 scale per position (scale = amax / 127).
// Attention cuts the keys at absolute multiples of kChunkTokens.
inline constexpr int kPageTokens = 32;
inline constexpr int kChunkTokens = 256;

enum class KvType : std::uint8_t { kBF16, kF16, kQ8 };

// Bytes of the keys (or the values) of one page, one layer, one KV head. A multiple of 64.
std::int64_t kv_block_bytes(KvType type, std::int32_t head_dim);

// The keys and values of one KV head of one sequence in one layer.
struct KvView {
  const std::byte* const* keys;    // keys[p]: the key block of positions [32 p, 32 p + 32).
  const std::byte* const* values;  // values[p]: likewise.
  KvType type;
  std::int32_t head_dim;  // A multiple of 16, at most 512.
};

struct AttentionRule {
  float scale;          // Scores are scale * (q . k).
  float softcap;        // 0: none; otherwise s = softcap * tanh(s / softcap).
  std::int32_t window;  // 0: all; otherwise a query at p sees keys in (p - window, p].
};

// The partial result of a query row over a range of keys: out is not yet divided by sum.
struct Partial {
  float max;  // Of the scores; -inf and sum 0 where the range held no visible key.
  float sum;  // Of exp(score - max).
};

struct KernelTable {
  const char* isa;  // "scalar", "avx2", "avx512", "neon".

  // ---- matmul.inc
  // y[c][r] for the rows r of tiles [tile_begin, tile_end) and every row c of x; y_stride in
  // floats. For each (r, c) one f32 accumulator, along ascending K, per sub-block of 32 (16 in
  // kSuper6 and kWide):
  //          i   = sum of (code - offset) * activation code        exact, int32
  //          acc = fma(d, float(i) * scale_c, acc)                 d: the f32 product of the scales
  //          acc = fma(m, float(sum of codes) * scale_c, acc)      layouts with a minimum only
  // The same bits for any number of rows in x. `scratch` is this thread's own, 64-byte aligned,
  // matmul_scratch_bytes(k) large.
  void (*matmul)(const Weights& weights, std::int32_t tile_begin, std::int32_t tile_end,
                 const Quantized& x, float* y, std::int64_t y_stride, std::byte* scratch);
  // kQ8Split, from the upper five bits alone: bounds[c * stride + tile] is at least every y[c][r]
  // of the tile's rows that matmul would give, rounding included; +infinity where something is not
  // a finite number. For k up to 16,384.
  void (*bound_tiles)(const Weights& weights, std::int32_t tile_begin, std::int32_t tile_end,
                      const Quantized& x, float* bounds, std::int64_t stride, std::byte* scratch);
  // As matmul, for float layouts: acc = fma(w, x, acc) along ascending K. x[c] is x + c * x_stride.
  void (*matmul_float)(const Weights& weights, std::int32_t tile_begin, std::int32_t tile_end,
                       const float* x, std::int64_t x_stride, std::int32_t x_rows, float* y,
                       std::int64_t y_stride);

  // ---- elementwise.inc. Sums along a row run in 16 lanes (lane = index % 16, ascending) and fold
  // 8-4-2-1: lane i += lane i + 8, then + 4, + 2, + 1. Any n (a tail is padded with zeros).
  // n values from value `at` of `to` on, counted through its rows; both multiples of 32.
  void (*quantize)(const float* x, std::int64_t n, const Quantized& to, std::int64_t at);
  void (*rms_norm)(const float* x, const float* weight, float epsilon, std::int64_t n, float* y);
  void (*add)(float* x, const float* y, std::int64_t n);  // x += y
  void (*scale)(float* x, float factor, std::int64_t n);  // x *= factor
  void (*silu_times)(const float* gate, const float* up, std::int64_t n, float* y);
  void (*gelu_tanh_times)(const float* gate, const float* up, std::int64_t n, float* y);
  void (*softcap)(float* x, float cap, std::int64_t n);  // cap * tanh(x / cap)
  // Rotates the first 2 * pairs values of a head; the rest stays. (a, b) -> (a cos - b sin,
  // a sin + b cos), each as fma(a, cos, -(b * sin)) and fma(a, sin, b * cos).
  // rope_adjacent: pairs (2i, 2i+1). rope_halves: pairs (i, i+pairs).
  void (*rope_adjacent)(float* head, const float* cos, const float* sin, std::int32_t pairs);
  void (*rope_halves)(float* head, const float* cos, const float* sin, std::int32_t pairs);

  // ---- attention.inc
  // Writes one position's key or value of one head into a page's block.
  void (*store_key)(KvType type, std::byte* block, std::int32_t slot, const float* key,
                    std::int32_t head_dim);
  void (*store_value)(KvType type, std::byte* block, std::int32_t slot, const float* value,
                      std::int32_t head_dim);
  // The partial results of `rows` query rows over the chunk of keys [256 chunk, 256 chunk + 256).
  // Row i is a query head at positions[i] of *kv[i]: queries[i][head_dim] in, outs[i][head_dim]
  // out. All views have one type and head_dim; rows of one sequence name the same view and stand
  // side by side, and so should sequences with the same first pages: what is the same memory is
  // read once. The same bits for a row whatever other rows are beside it.
  void (*attend_chunk)(const KvView* const* kv, const AttentionRule& rule,
                       const float* const* queries, const std::int32_t* positions,
                       std::int32_t rows, std::int32_t chunk, Partial* partials, float* const* outs,
                       std::byte* scratch);
  // Merges a later chunk's partial into an earlier one (in ascending order of chunks).
  void (*merge)(Partial* into, float* into_out, const Partial& later, const float* later_out,
                std::int32_t head_dim);
  // out /= sum (with an optional sink, a score without a value: null for none).
  void (*finish)(const Partial& partial, const float* sink, float* out, std::int32_t head_dim);

  // ---- peak.inc
  // Chains of products in registers, `steps` times round: the operations that were made, two a
  // product. Over the time that it took: the ceiling of this ISA on a core.
  double (*int8_peak)(std::int64_t steps);
  double (*float_peak)(std::int64_t steps);
  // Reads `bytes` of floats, a multiple of 256, as fast as loads can; the sum says nothing.
  float (*read_all)(const std::byte* from, std::int64_t bytes);
};

inline constexpr std::int32_t kBoundedKMax = 16384;
std::int64_t matmul_scratch_bytes(std::int32_t k);
std::int64_t attention_scratch_bytes(std::int32_t rows, std::int32_t head_dim);

const KernelTable& scalar_table();  // The reference. Never null, never fast.
const KernelTable* avx2_table();    // Null where the CPU or the build lacks it.
const KernelTable* avx512_table();  // F, BW, VL, DQ and VNNI.
const KernelTable* neon_table();    // With dot product.
// The best that this CPU can run, or the one that BYEOL_ISA names (scalar, avx2, avx512, neon).
// Null where BYEOL_ISA names one that this machine cannot run.
const KernelTable* best_table();

}  // namespace byeol::kernels
