// A model file with random weights in the shape of a real model: honest for measuring speed, which
// does not depend on what the weights say.
//
// The bytes are a function of the shape, the quantization and the seed, on every machine and with
// any number of threads. A tensor is in memory at a time, as the file holds it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/thread_pool.h"
#include "bench/synth_shape.h"
#include "formats/quantization.h"

namespace byeol::bench {

// What is written to the file so far, and what will be; tensors only.
using SynthProgress = std::function<void(std::int64_t done_bytes, std::int64_t total_bytes)>;

Status write_synth(const SynthShape& shape, const formats::Quantization& quantization,
                   std::uint64_t seed, const std::string& path, ThreadPool& pool,
                   const SynthProgress& progress);

}  // namespace byeol::bench
