// AVX-512 for a CPU that lacks it: SIMDe's intrinsics under their own names, and the few that its
// 0.7.4 lacks. For tests only; -mavx2 -mfma, so that a fused multiply-add stays fused.
#pragma once

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#include <simde/x86/fma.h>

#include <cstring>

namespace byeol::kernels {
namespace {

// Both halves of 16 lanes of 32 bits.
template <typename Out, typename Half>
[[gnu::always_inline]] inline Out join(Half low, Half high) {
  Out out;
  std::memcpy(&out, &low, sizeof low);
  std::memcpy(reinterpret_cast<char*>(&out) + sizeof low, &high, sizeof high);
  return out;
}

template <typename Half, typename In>
[[gnu::always_inline]] inline Half half_of(In in, int index) {
  Half half;
  std::memcpy(&half, reinterpret_cast<const char*>(&in) + index * static_cast<int>(sizeof half),
              sizeof half);
  return half;
}

[[gnu::always_inline]] inline simde__m512 emulated_cvtepi32_ps(simde__m512i a) {
  return join<simde__m512>(_mm256_cvtepi32_ps(half_of<__m256i>(a, 0)),
                           _mm256_cvtepi32_ps(half_of<__m256i>(a, 1)));
}
[[gnu::always_inline]] inline simde__m512i emulated_cvtps_epi32(simde__m512 a) {
  return join<simde__m512i>(_mm256_cvtps_epi32(half_of<__m256>(a, 0)),
                            _mm256_cvtps_epi32(half_of<__m256>(a, 1)));
}
[[gnu::always_inline]] inline simde__m512i emulated_cvtepi8_epi32(__m128i a) {
  return join<simde__m512i>(_mm256_cvtepi8_epi32(a), _mm256_cvtepi8_epi32(_mm_srli_si128(a, 8)));
}
[[gnu::always_inline]] inline simde__m512i emulated_cvtepu8_epi32(__m128i a) {
  return join<simde__m512i>(_mm256_cvtepu8_epi32(a), _mm256_cvtepu8_epi32(_mm_srli_si128(a, 8)));
}
[[gnu::always_inline]] inline simde__m512i emulated_cvtepu16_epi32(__m256i a) {
  return join<simde__m512i>(_mm256_cvtepu16_epi32(half_of<__m128i>(a, 0)),
                            _mm256_cvtepu16_epi32(half_of<__m128i>(a, 1)));
}
[[gnu::always_inline]] inline simde__m512 emulated_cvtph_ps(__m256i a) {
  return join<simde__m512>(_mm256_cvtph_ps(half_of<__m128i>(a, 0)),
                           _mm256_cvtph_ps(half_of<__m128i>(a, 1)));
}
[[gnu::always_inline]] inline __m128i emulated_cvtepi32_epi8(simde__m512i a) {
  signed char bytes[16];
  for (int i = 0; i < 16; ++i) bytes[i] = reinterpret_cast<const signed char*>(&a)[4 * i];
  __m128i out;
  std::memcpy(&out, bytes, sizeof out);  // Not half_of: an array would come in as its address.
  return out;
}
[[gnu::always_inline]] inline float emulated_cvtss_f32(simde__m512 a) {
  return half_of<float>(a, 0);
}
[[gnu::always_inline]] inline void emulated_mask_storeu_ps(float* p, simde__mmask16 mask,
                                                           simde__m512 a) {
  for (int i = 0; i < 16; ++i)
    if ((mask >> i & 1) != 0) p[i] = half_of<float>(a, i);
}
[[gnu::always_inline]] inline simde__m512 emulated_maskz_loadu_ps(simde__mmask16 mask,
                                                                  const float* p) {
  float lanes[16] = {};
  for (int i = 0; i < 16; ++i)
    if ((mask >> i & 1) != 0) lanes[i] = p[i];
  simde__m512 out;
  std::memcpy(&out, lanes, sizeof out);
  return out;
}

}  // namespace
}  // namespace byeol::kernels

#define _mm512_cvtepi32_ps emulated_cvtepi32_ps
#define _mm512_cvtps_epi32 emulated_cvtps_epi32
#define _mm512_cvtepi8_epi32 emulated_cvtepi8_epi32
#define _mm512_cvtepu8_epi32 emulated_cvtepu8_epi32
#define _mm512_cvtepu16_epi32 emulated_cvtepu16_epi32
#define _mm512_cvtph_ps emulated_cvtph_ps
#define _mm512_cvtepi32_epi8 emulated_cvtepi32_epi8
#define _mm512_cvtss_f32 emulated_cvtss_f32
#define _mm512_mask_storeu_ps emulated_mask_storeu_ps
#define _mm512_maskz_loadu_ps emulated_maskz_loadu_ps
