// Characters as sequences of digits: the bytes of UTF-8, the hexadecimal digits of an escape. From
// what each character leads to come the nodes of a tree of bytes; equal nodes are one.
//
// Threads: an object belongs to one. Errors: none; what is made is counted by nodes().
#pragma once

#include <cstdint>
#include <vector>

#include "constrain/regular/vector_set.h"

namespace byeol::constrain {

class CharCoder {
 public:
  static constexpr std::int32_t kDead = -1;

  // Characters, and the state that they lead to. In a list: ascending, never to kDead.
  struct Segment {
    std::uint32_t first, last;
    std::int32_t to;
  };
  using Segments = std::vector<Segment>;
  // Bytes, and the state or node that they lead to.
  struct Edge {
    std::uint8_t first, last;
    std::int32_t to;
  };
  using Edges = std::vector<Edge>;

  // A digit of one byte: values from 0 up to before `count`, the first spelled as `first`.
  struct Digit {
    enum Kind : std::uint8_t { kByte, kLowerHex, kHex } kind;  // kHex: in both cases.
    std::uint8_t first;
    std::uint32_t count;
  };
  // Digits that follow another.
  enum class Tail : std::uint8_t {
    kUtf8_3 = 0,  // So many continuation bytes.
    kUtf8_2,
    kUtf8_1,
    kUtf8_0,
    kHex3,  // So many hexadecimal digits in any case.
    kHex2,
    kHex1,
    kHex0,
    kLowerHex3,
    kLowerHex2,
    kLowerHex1,
    kLowerHex0,
    kPair8,  // What follows the second digit of a high surrogate, up to the low one's last.
  };

  explicit CharCoder(std::int32_t states) : states_(states) {}

  // What characters from `base` on are in this code: a digit, then a tail.
  void add(Edges& edges, Digit digit, Tail tail, std::uint32_t base, const Segments& segments);
  // A node that has these edges, which do not overlap; kDead where there are none.
  std::int32_t node(Edges& edges);

  // Nodes have numbers from the count of states on.
  std::int32_t nodes() const { return nodes_.size(); }
  void read(std::int32_t node, Edges& edges) const;

 private:
  std::int32_t below(std::size_t tail, std::uint32_t base, const Segments& segments);
  std::int32_t full(std::size_t tail, std::int32_t to);
  void add(Edges& edges, Digit digit, std::size_t tail, std::uint32_t base,
           const Segments& segments);
  static void add_digits(Edges& edges, Digit digit, std::uint32_t first, std::uint32_t last,
                         std::int32_t to);

  const std::int32_t states_;
  VectorSet nodes_;
  std::vector<std::vector<std::int32_t>> full_;  // By tail and state; kDead: not made yet.
  std::vector<std::int32_t> key_;
};

// The part of them from `first` to `last`, behind what is in `into`.
void clip(const CharCoder::Segments& segments, std::uint32_t first, std::uint32_t last,
          CharCoder::Segments& into);

}  // namespace byeol::constrain
