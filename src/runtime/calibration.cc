#include "runtime/calibration.h"

#include <algorithm>
#include <vector>

namespace byeol::runtime {
namespace {

using model::TokenId;
using Clock = std::function<std::chrono::steady_clock::time_point()>;

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::size_t kSequences = 16;

class Calibration {
 public:
  Calibration(engine::Engine& engine, const Clock& clock, scheduler::CostModel& cost)
      : engine_(engine), clock_(clock), cost_(cost), end_(clock() + kPatience) {
    const auto room = std::max(engine.free_tokens() / engine::Engine::kPageTokens / 4, 1);
    const std::size_t count = std::min(kSequences, static_cast<std::size_t>(room));
    for (std::size_t i = 0; i < count; ++i) sequences_.push_back(engine.open());
  }
  ~Calibration() {
    for (const engine::SequenceId sequence : sequences_) engine_.close(sequence);
  }
  Calibration(const Calibration&) = delete;
  Calibration& operator=(const Calibration&) = delete;

  void run() {
    // The first step of each kind warms memory up.
    step(1, 0, 0);
    step(1, 16, 0);
    while (clock_() < end_) {
      for (const std::size_t decodes :
           {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{8}, kSequences}) {
        for (int i = 0; i < 3; ++i) step(decodes, 0, 0);
        step(decodes - 1, 32, decodes);
      }
      for (const std::int32_t rows : {16, 64, 160}) step(0, rows, 0);
      forget();
    }
  }

 private:
  // So many sequences decode, and one gets a part of a prompt.
  void step(std::size_t decodes, std::int32_t prompt_rows, std::size_t prompt_sequence) {
    if (clock_() >= end_) return;
    decodes = std::min(decodes, sequences_.size());
    prompt_sequence = std::min(prompt_sequence, sequences_.size() - 1);
    if (prompt_rows > 0 && prompt_sequence < decodes) decodes = prompt_sequence;
    prompt_rows = std::min(prompt_rows, engine_.free_tokens() / 2);
    entries_.clear();
    scheduler::StepShape shape;
    for (std::size_t i = 0; i < decodes; ++i) {
      entries_.push_back({sequences_[i], std::span(tokens_).first(1), engine::Logits::kLast});
      ++shape.decodes;
      shape.decode_context += length(sequences_[i]);
    }
    if (prompt_rows > 0) {
      const engine::SequenceId sequence = sequences_[prompt_sequence];
      entries_.push_back({sequence, std::span(tokens_).first(static_cast<std::size_t>(prompt_rows)),
                          engine::Logits::kLast});
      shape.prefill_tokens = prompt_rows;
      shape.chunk_context =
          prompt_rows * (static_cast<double>(length(sequence)) + prompt_rows / 2.0);
    }
    if (entries_.empty()) return;
    const auto begin = clock_();
    if (!engine_.step(entries_)) return;
    const std::chrono::duration<double, std::micro> taken = clock_() - begin;
    if (steps_++ >= 2) cost_.learn(shape, taken.count());
  }

  std::int64_t length(engine::SequenceId sequence) const {
    return static_cast<std::int64_t>(engine_.tokens(sequence).size());
  }

  // Before the sequences fill the cache.
  void forget() {
    const auto capacity = static_cast<std::int64_t>(engine_.capacity_tokens());
    for (const engine::SequenceId sequence : sequences_)
      if (length(sequence) * static_cast<std::int64_t>(sequences_.size()) > capacity / 4 ||
          length(sequence) > 1024)
        engine_.truncate(sequence, 0);
  }

  engine::Engine& engine_;
  const Clock& clock_;
  scheduler::CostModel& cost_;
  std::chrono::steady_clock::time_point end_;
  std::vector<engine::SequenceId> sequences_;
  std::vector<TokenId> tokens_ = std::vector<TokenId>(160, 1);
  std::vector<engine::StepEntry> entries_;
  int steps_ = 0;
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
}

}  // namespace byeol::runtime
