// What is asked again and again of the states of a grammar's regular pieces; found out when it is
// first asked.
//
// Threads: an object belongs to one. Errors: none.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "constrain/byte_class.h"
#include "constrain/byte_set.h"
#include "constrain/grammar.h"

namespace byeol::constrain {

class RegularFacts {
 public:
  explicit RegularFacts(const Grammar& grammar);

  // `node` is a kRegular, `state` one of its automaton.
  const ByteSet& bytes(NodeId node, std::int32_t state) { return facts(node, state).bytes; }
  bool goes_on(NodeId node, std::int32_t state) { return facts(node, state).goes_on; }

  // Plain characters that it takes one after another, whatever they are.
  struct Plain {
    std::int64_t characters = 0;  // kUnlimited: any number. Counted up to kEnough.
    std::int32_t end = 0;         // The state behind them.
    bool accepts = false;         // Whether it accepts after some of them.
  };
  static constexpr std::int64_t kEnough = 1024;
  Plain plain(NodeId node, std::int32_t state);

  // Characters of `classes` (byte_class.h), `bytes` bytes of them at most, in any order: that it
  // takes.
  struct Run {
    ByteClasses classes = 0;
    std::int64_t bytes = 0;  // kUnlimited: any number, which then may be characters beyond ASCII.
  };
  Run run(NodeId node, std::int32_t state);

  std::size_t memory_bytes() const { return memory_; }

 private:
  static constexpr std::int32_t kUnknown = -2;
  struct Facts {
    ByteSet bytes;
    bool goes_on = false;
    std::int32_t after_plain = kUnknown;  // Where every plain character leads to; else kDead.
    enum class AnyPlain : std::uint8_t { kUnknown, kYes, kNo };
    AnyPlain any_plain = AnyPlain::kUnknown;  // plain_closed.h
    // Most classes of characters that lead to one state, and this.
    ByteClasses run_classes = 0;
    std::int32_t run_to = kUnknown;
  };
  struct Piece {
    std::vector<std::int32_t> index;  // By state; -1: not asked yet.
    std::vector<Facts> facts;
  };
  Facts& facts(NodeId node, std::int32_t state);
  bool takes_any_plain(NodeId node, std::int32_t state);
  const Facts& run_facts(NodeId node, std::int32_t state);

  const Grammar& grammar_;
  std::vector<std::shared_ptr<Piece>> pieces_;  // By node; nodes may share an automaton.
  std::size_t memory_ = 0;
};

}  // namespace byeol::constrain
