#include "bench/predict.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace byeol::bench {
namespace {

constexpr std::int32_t kLogitsMax = 1 << 24;  // Floats of one step: 64 MB.

// The positions of a block that are wanted: [first, end).
struct Range {
  std::int32_t first;
  std::int32_t end;
};

Range wanted(Rows rows, std::int32_t block) {
  if (rows == Rows::kAll) return {0, block};
  return {block / 2, block - 1};
}

class BlockRunner {
 public:
  BlockRunner(engine::Engine& engine, const SeeRow& see)
      : engine_(engine),
        see_(see),
        logit_rows_max_(std::clamp(kLogitsMax / engine.model().config().vocabulary, 1,
                                   engine.step_rows_max())) {}

  Status run(std::span<const TokenId> tokens, Range range, std::int64_t text_position) {
    const engine::SequenceId sequence = engine_.open();
    for (std::int32_t done = 0; done < range.end;) {
      const bool is_wanted = done >= range.first;
      const std::int32_t rows = std::min(is_wanted ? logit_rows_max_ : engine_.step_rows_max(),
                                         (is_wanted ? range.end : range.first) - done);
      const engine::StepEntry entry{
          sequence, tokens.subspan(static_cast<std::size_t>(done), static_cast<std::size_t>(rows)),
          is_wanted ? engine::Logits::kAll : engine::Logits::kNone};
      BYEOL_TRY_OK(engine_.step(std::span(&entry, 1)));
      for (std::int32_t row = 0; is_wanted && row < rows; ++row)
        BYEOL_TRY_OK(see_(text_position + done + row, engine_.logits(0, row)));
      done += rows;
    }
    engine_.close(sequence);
    return ok();
  }

 private:
  engine::Engine& engine_;
  const SeeRow& see_;
  std::int32_t logit_rows_max_;
};

}  // namespace

Status predict(std::shared_ptr<const model::Model> model, ThreadPool& pool,
               const TokenBlocks& blocks, Rows rows, const PredictOptions& options,
               const SeeRow& see) {
  BYEOL_TRY(const auto engine,
            engine::Engine::create(std::move(model), pool,
                                   {.kv_type = options.kv_type, .kv_tokens = blocks.size}));
  BlockRunner runner(*engine, see);
  for (std::int32_t i = 0; i < blocks.count(); ++i) {
    BYEOL_TRY_OK(
        runner.run(blocks.block(i), wanted(rows, blocks.size), std::int64_t{i} * blocks.size));
    if (options.progress) options.progress(i + 1, blocks.count());
  }
  return ok();
}

}  // namespace byeol::bench
