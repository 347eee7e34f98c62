// Choosing a token looks at a whole vocabulary: 17 us a row where it is greedy and has 49,152
// tokens, ten times that at a temperature. Where several turns choose, all threads do.
#include "runtime/runtime.h"

namespace byeol::runtime {

// What follows the rows that no draft hangs on. Those that want log-probabilities are left for
// later: the list of them lives in the one sampler.
void Runtime::sample_together() {
  sampled_.clear();
  sampled_.resize(planned_.size());
  together_.clear();
  for (std::size_t entry = 0; entry < planned_.size(); ++entry) {
    const Live& turn = live_[planned_[entry].turn];
    if (!turn.mean && !turn.constraint && !turn.rating && turn.drafted == 0 &&
        turn.sampling.logprobs < 0 && planned_[entry].rows == turn.pending())
      together_.push_back(entry);
  }
  if (together_.size() < 2) return;
  pool_->run(static_cast<int>(together_.size()), [this](int task, int thread) {
    const std::size_t entry = together_[static_cast<std::size_t>(task)];
    sampled_[entry] =
        choose(live_[planned_[entry].turn], entry, 0, samplers_[static_cast<std::size_t>(thread)]);
  });
}

Result<engine::Sampled> Runtime::choose(const Live& turn, std::size_t entry, std::int32_t row,
                                        engine::Sampler& sampler) const {
  return sampler.sample(engine_->logits(entry, row), turn.answer->tokens(),
                        static_cast<std::size_t>(turn.answer->prompt_tokens()), turn.sampling,
                        turn.allowed.get());
}

}  // namespace byeol::runtime
