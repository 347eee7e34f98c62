// A runtime over a tiny model, and turns for it: for this module's tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/runtime.h"
#include "runtime/turn_stream.h"

namespace byeol::runtime {

inline constexpr std::chrono::seconds kPatience{60};

// A command for a device, as JSON Schema.
inline constexpr const char* kCommand = R"({"type":"object","properties":{
  "action":{"enum":["switch_on","switch_off","dim"]},
  "level":{"type":"integer","minimum":0,"maximum":100},
  "name":{"type":"string","maxLength":12},
  "rooms":{"type":"array","items":{"enum":["kitchen","bath"]},"maxItems":3}},
  "required":["action","level","name","rooms"],"additionalProperties":false})";

struct Heard {
  std::vector<TokenId> tokens;
  std::string text;
  TurnEnd end{FinishReason::kError, {}, -1, "never ended", {}};
};

inline Heard hear(TurnStream& stream) {
  Heard heard;
  while (const auto item = stream.next(kPatience)) {
    heard.text += item->text;
    if (item->end)
      heard.end = *item->end;
    else
      heard.tokens.push_back(item->token);
  }
  return heard;
}

inline std::string tiny_model_path(const std::string& name) {
  return std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + name + ".gguf";
}

inline std::unique_ptr<Runtime> tiny_runtime(int threads = 2, std::int32_t rows_max = 512,
                                             std::int32_t kv_tokens = 2048) {
  RuntimeOptions options;
  options.threads = threads;
  options.engine.step_rows_max = rows_max;
  options.turns_max = std::min(options.turns_max, rows_max);
  options.engine.kv_tokens = kv_tokens;
  auto runtime = Runtime::load(tiny_model_path("smollm2"), options);
  EXPECT_TRUE(runtime) << runtime.error().message;
  return *std::move(runtime);
}

// A turn that never ends by itself: tokens that would end it are forbidden.
inline Turn make_turn(const Runtime& runtime, int number, int prompt_tokens, int max_tokens) {
  Turn turn;
  const int vocabulary = runtime.model().config().vocabulary;
  for (int i = 0; i < prompt_tokens; ++i)
    turn.prompt.push_back((number * 31 + i * i * 7) % vocabulary);
  turn.max_tokens = max_tokens;
  turn.sampling.temperature = 1;
  turn.sampling.seed = static_cast<std::uint64_t>(number);
  for (TokenId token = 0; token < vocabulary; ++token)
    if (runtime.model().tokenizer().is_end_of_generation(token))
      turn.sampling.logit_bias.emplace_back(token, -1000.0f);
  return turn;
}

inline Heard run(Runtime& runtime, Turn turn) {
  const auto stream = std::make_shared<TurnStream>();
  const Result<TurnId> id = runtime.submit(std::move(turn), stream);
  EXPECT_TRUE(id) << id.error().message;
  return hear(*stream);
}

}  // namespace byeol::runtime
