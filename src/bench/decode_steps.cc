// decode_steps MODEL STEPS: one sequence, so many tokens, one thread. What a tool that counts
// instructions runs (tools/bench_instructions.sh): the difference between two numbers of steps is
// what a token costs.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/bench_engine.h"

namespace byeol::bench {
namespace {

Status decode(const char* file, std::int32_t steps) {
  ThreadPool pool(1);
  auto model = model::Model::load(file, pool);
  if (!model) return model.error();
  auto engine = make_bench_engine(*model, pool, kernels::KvType::kBF16, whole_pages(steps + 1), 1);
  if (!engine) return engine.error();
  const engine::SequenceId sequence = (*engine)->open();
  for (std::int32_t i = 0; i < steps; ++i) {
    const model::TokenId token = series_token(**model, i);
    const engine::StepEntry entry{sequence, {&token, 1}, engine::Logits::kLast};
    if (Status stepped = (*engine)->step({&entry, 1}); !stepped) return stepped;
  }
  return ok();
}

}  // namespace
}  // namespace byeol::bench

int main(int argc, char** argv) {
  const int steps = argc == 3 ? std::atoi(argv[2]) : 0;
  if (steps < 1) {
    std::fputs("decode_steps: expected a GGUF file and a number of steps from 1 on\n", stderr);
    return 2;
  }
  const byeol::Status status = byeol::bench::decode(argv[1], steps);
  if (status) return 0;
  std::fprintf(stderr, "decode_steps: %s\n", status.error().message.c_str());
  return 1;
}
