// The fields that say how tokens are chosen and when an answer ends: the same in every endpoint
// that generates text. Ranges and defaults are OpenAI's; top_k, min_p, repetition_penalty,
// min_tokens and ignore_eos mean what they mean in vLLM.
//
// Errors are noted in the reader's (json_fields.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/json_fields.h"

namespace byeol::wire {

struct SamplingFields {
  float temperature = 1;         // 0 to 2.
  float top_p = 1;               // 0 to 1.
  std::int32_t top_k = 0;        // 0 (or -1 on the wire): all.
  float min_p = 0;               // 0 to 1.
  float repetition_penalty = 1;  // Above 0, at most 10.
  float presence_penalty = 0;    // -2 to 2.
  float frequency_penalty = 0;   // -2 to 2.
  // Token id → -100 to 100; each id once.
  std::vector<std::pair<std::int32_t, float>> logit_bias = {};
  std::optional<std::int64_t> seed = {};
  std::int32_t min_tokens = 0;  // No end before so many tokens.
  bool ignore_eos = false;      // Go on until max_tokens.

  bool operator==(const SamplingFields&) const = default;
};

SamplingFields read_sampling(const FieldReader& body);

// A string or 1 to 4 strings, none of them empty; nothing where absent.
std::vector<std::string> read_stop(const FieldReader& body);

// How many answers: 1 to 128.
int read_answers(const FieldReader& body);

// A number of tokens: from `min` to what an int32 holds.
std::optional<std::int32_t> read_tokens(const FieldReader& body, std::string_view name,
                                        std::int32_t min);

struct StreamFields {
  bool stream = false;
  bool include_usage = false;

  bool operator==(const StreamFields&) const = default;
};

// `stream` and `stream_options`, which is an error without `stream`: true.
StreamFields read_stream(const FieldReader& body);

}  // namespace byeol::wire
