// Sequences whose turn is over, kept because the next turn may begin with the same tokens: the
// history of a chat, or a system prompt that many share.
//
// Threads: the runtime's alone. The sequences belong to the engine; this only remembers which may
// be given up, the one that was used longest ago first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/engine.h"

namespace byeol::runtime {

class PrefixStore {
 public:
  PrefixStore(engine::Engine& engine, std::size_t sequences_max)
      : engine_(engine), sequences_max_(sequences_max) {}

  struct Found {
    engine::SequenceId sequence;  // Begins with `tokens` tokens of the prompt, and holds no more.
    std::int32_t tokens;
  };

  // A sequence for this prompt: one that was kept, a fork of one, or a new one. At least the last
  // token of the prompt is left to compute, because its logits are wanted.
  Found take(std::span<const model::TokenId> prompt);
  void keep(engine::SequenceId sequence);
  // Gives the oldest one's pages back. False: there is none.
  bool evict_oldest();

 private:
  engine::Engine& engine_;
  std::size_t sequences_max_;
  std::vector<engine::SequenceId> kept_;  // Oldest first.
};

}  // namespace byeol::runtime
