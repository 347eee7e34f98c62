// What speculation brings: the same turns with and without it, through the runtime, in turns, so
// that both see the same machine. The texts are ours and kept here (speculation_texts.cc):
// copying a passage, editing a text and a program, a summary, and answers that repeat nothing.
//
// A run is one answer of at most `generate` tokens; its speed is that of decoding alone. Per text,
// one run of each kind goes first, unmeasured; what they leave in the cache spares the others the
// prompt. Both answers of a pair must be the same tokens, or the measurement is an error.
// Threads: the caller's waits; the runtime has its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/runtime.h"

namespace byeol::bench {

struct SpeculationOptions {
  std::int32_t generate = 192;  // Tokens of an answer, at most; the model may end it before.
  std::int32_t repeat = 5;      // Measured pairs of each text.
};

// One sample of each pair but for the counts, which are sums over the measured runs.
struct SpeculationSpeed {
  std::string text;
  std::vector<double> plain_tokens_per_s;
  std::vector<double> speculating_tokens_per_s;
  std::vector<double> ratios;  // The second over the first.
  std::int64_t generated = 0;
  std::int64_t drafted = 0;
  std::int64_t accepted = 0;
};

// Called with the name of each text before it is measured. May be empty.
using BeforeText = std::function<void(const std::string& text)>;

// kInvalidArgument where the context is too short for the texts, kCorrupt where two answers differ.
Result<std::vector<SpeculationSpeed>> measure_speculation(runtime::Runtime& runtime,
                                                          const SpeculationOptions& options,
                                                          const BeforeText& before);

}  // namespace byeol::bench
