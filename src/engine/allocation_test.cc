// After warm-up a step does not allocate.
#include <gtest/gtest.h>

#include <string>

#include "engine/engine.h"
#include "tests/support/count_allocations.h"

namespace byeol::engine {
namespace {

TEST(EngineSteps, DoNotAllocateAfterWarmUp) {
  ThreadPool pool(2);
  auto model = model::Model::load(
      std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-gemma3.gguf", pool);
  ASSERT_TRUE(model) << model.error().message;
  auto engine = Engine::create(*model, pool, {.kv_tokens = 1024});
  ASSERT_TRUE(engine) << engine.error().message;
  const SequenceId sequences[] = {(*engine)->open(), (*engine)->open()};
  const TokenId token = 7;
  const StepEntry entries[] = {{sequences[0], {&token, 1}, Logits::kLast},
                               {.sequence = sequences[1],
                                .tokens = {&token, 1},
                                .logits = Logits::kLast,
                                .hidden = Hidden::kAll}};
  for (int warm_up = 0; warm_up < 3; ++warm_up) ASSERT_TRUE((*engine)->step(entries));
  const long before = allocations;
  for (int step = 0; step < 250; ++step) {  // Within the context of 256.
    if (!(*engine)->step(entries)) break;
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ((*engine)->tokens(sequences[0]).size(), 253u);
}

}  // namespace
}  // namespace byeol::engine
