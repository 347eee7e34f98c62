// Follows a grammar byte by byte: a pushdown automaton that is made deterministic as far as it is
// used. A state is a set of stacks; stacks and states are kept once each, and so is every step from
// a state by a byte, so that what was seen before costs one look-up.
//
// Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "constrain/byte_class.h"
#include "constrain/grammar.h"

namespace byeol::constrain {

// A part of a way to the end: bytes, or one control token.
struct WayPart {
  std::string bytes;
  TokenId token = -1;
};

class Automaton {
 public:
  using State = std::int32_t;
  static constexpr State kDead = -1;

  explicit Automaton(std::shared_ptr<const Grammar> grammar);
  ~Automaton();

  State start() const;
  State next(State state, std::uint8_t byte);
  // A control token; most states take none.
  State next_token(State state, TokenId control);
  const std::vector<TokenId>& control_tokens(State state) const;  // Those that it takes.
  // Whether the text may end here, and whether it can do nothing else.
  bool accepts(State state) const;
  bool is_complete(State state) const;
  // The only byte that can follow; -1 where there are several, or none, or the text may end here.
  int only_byte(State state);
  // So many plain characters (vocabulary.h), whatever they are, it takes; kUnlimited: any number.
  std::int64_t plain_characters(State state) const;
  // Whether nothing but those plain characters, less than any number, hides another way to take
  // more plain ones: plain tokens that are longer need not be looked at.
  bool is_plain_alone(State state) const;
  // Characters of these classes (byte_class.h), so many bytes of them (kUnlimited: any number),
  // that it takes in any order. An estimate from below.
  struct Run {
    ByteClasses classes = 0;
    std::int64_t bytes = 0;
  };
  Run run(State state);
  // Whether it may be in an object whose names are kept apart (distinct_names.h), and in such a
  // name.
  struct Place {
    bool in_object = false;
    bool in_name = false;
  };
  Place place(State state) const;
  // A shortest text that ends it.
  std::string shortest_end(State state);
  std::int64_t bytes_to_end(State state) const;  // A control token counts as one.
  std::vector<WayPart> shortest_way(State state) const;
  // The stacks that a step from here follows: what it costs.
  std::int32_t width(State state) const;

  // What following took so far, in about nanoseconds; steps that were seen before are free. A
  // count, not a clock.
  std::int64_t work() const;
  std::size_t states() const;
  std::size_t memory_bytes() const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace byeol::constrain
