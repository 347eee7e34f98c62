#include "runtime/calibration.h"

#include <algorithm>
#include <vector>

namespace byeol::runtime {
namespace {

using model::TokenId;
using Clock = std::function<std::chrono::steady_clock::time_point()>;

constexpr std::chrono::milliseconds kPatience{3000};
constexpr std::size_t kDecoders = 16;
constexpr std::int32_t kLongContext = 2048;  // What a context costs grows evenly from here on.

// Sequences that decode, and one more whose prompt grows.
class Calibration {
 public:
  Calibration(engine::Engine& engine, const Clock& clock, scheduler::CostModel& cost)
      : engine_(engine), clock_(clock), cost_(cost), end_(clock() + kPatience) {
    context_max_ = std::min(kLongContext, engine.free_tokens() / 2);
    const std::int32_t short_sequences = engine.free_tokens() / 2 / kShortContext;
    const auto decoders = static_cast<std::size_t>(std::max(short_sequences, 1));
    for (std::size_t i = 0; i < std::min(kDecoders, decoders); ++i)
      decoders_.push_back(engine.open());
    prompt_ = engine.open();
  }
  ~Calibration() {
    for (const engine::SequenceId sequence : decoders_) engine_.close(sequence);
    engine_.close(prompt_);
  }
  Calibration(const Calibration&) = delete;
  Calibration& operator=(const Calibration&) = delete;

  void run() {
    // The first step of each kind warms memory up.
    step(1, 0);
    step(0, 16);
    learns_ = true;
    while (clock_() < end_) {
      for (const std::int32_t rows : {16, 64, 160}) step(0, rows);
      for (const std::size_t decodes :
           {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{8}, kDecoders}) {
        for (int i = 0; i < 3; ++i) step(decodes, 0);
        step(decodes, 32);
      }
      // Contexts grow along the way, and begin anew before they fill the cache.
      for (int i = 0; i < 4; ++i) step(0, 128);
      if (length(prompt_) > context_max_ - kRowsMax) engine_.truncate(prompt_, 0);
      for (const engine::SequenceId sequence : decoders_)
        if (length(sequence) >= kShortContext - 16) engine_.truncate(sequence, 0);
    }
  }

 private:
  static constexpr std::int32_t kShortContext = 128;
  static constexpr std::int32_t kRowsMax = 1024;  // In a round.

  // So many sequences decode, and the prompt grows by so many rows.
  void step(std::size_t decodes, std::int32_t prompt_rows) {
    if (clock_() >= end_) return;
    prompt_rows = std::min<std::int32_t>(prompt_rows,
                                         context_max_ - static_cast<std::int32_t>(length(prompt_)));
    entries_.clear();
    scheduler::StepShape shape;
    for (std::size_t i = 0; i < std::min(decodes, decoders_.size()); ++i) {
      entries_.push_back({decoders_[i], std::span(tokens_).first(1), engine::Logits::kLast});
      ++shape.decodes;
      shape.decode_context += length(decoders_[i]);
    }
    if (prompt_rows > 0) {
      const double context = static_cast<double>(length(prompt_));
      entries_.push_back({prompt_, std::span(tokens_).first(static_cast<std::size_t>(prompt_rows)),
                          engine::Logits::kLast});
      shape.prefill_tokens = prompt_rows;
      shape.chunk_context = prompt_rows * (context + prompt_rows / 2.0);
    }
    if (entries_.empty()) return;
    const auto begin = clock_();
    if (!engine_.step(entries_)) return;
    const std::chrono::duration<double, std::micro> taken = clock_() - begin;
    if (learns_) cost_.learn(shape, taken.count());
  }

  std::int64_t length(engine::SequenceId sequence) const {
    return static_cast<std::int64_t>(engine_.tokens(sequence).size());
  }

  engine::Engine& engine_;
  const Clock& clock_;
  scheduler::CostModel& cost_;
  std::chrono::steady_clock::time_point end_;
  std::int32_t context_max_;
  std::vector<engine::SequenceId> decoders_;
  engine::SequenceId prompt_{};
  std::vector<TokenId> tokens_ = std::vector<TokenId>(160, 1);
  std::vector<engine::StepEntry> entries_;
  bool learns_ = false;
};

}  // namespace

scheduler::StepCost guess_step_cost(const model::Model& model) {
  constexpr double kBytesPerUs = 20'000;
  std::size_t bytes = 0;
  for (const formats::Tensor& tensor : model.file().tensors()) bytes += tensor.bytes.size();
  const double pass_us = static_cast<double>(bytes) / kBytesPerUs;
  return {.fixed = pass_us,
          .prefill = pass_us / 10,
          .chunk_context = pass_us / 1e5,
          .decoding = 0,
          .decode = pass_us / 10,
          .context = pass_us / 1e4,
          .mixing = 0};
}

void calibrate(engine::Engine& engine, const Clock& clock, scheduler::CostModel& cost) {
  Calibration(engine, clock, cost).run();
  cost.settle();
}

}  // namespace byeol::runtime
