// The k largest of many logits, in order: higher logit first, lower id first among equals.
//
// One pass with a rising threshold: the cost is about one comparison per logit plus k log k. After
// the first call with a given k it does not allocate.
//
// Threads: an object belongs to one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace byeol::engine {

struct Candidate {
  float logit;
  std::int32_t id;
};

inline bool better(const Candidate& a, const Candidate& b) {
  return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
}

class BestLogits {
 public:
  // Tokens at -infinity are forbidden and never returned, so there may be fewer than k. No NaN.
  // Valid until the next call.
  std::span<Candidate> find(std::span<const float> logits, std::size_t k);

 private:
  std::vector<Candidate> kept_;
};

}  // namespace byeol::engine
