// What compiling may cost. A schema, a pattern and a grammar come from strangers: whatever they ask
// for is paid out of one budget, and an empty one is an error with a sentence, never a hang.
//
// Units: states and nodes that are made, which bounds time and memory alike.
// Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace byeol::constrain {

class Budget {
 public:
  // About a quarter of a second and 50 MB, at the worst.
  static constexpr std::int64_t kUsual = 1'000'000;

  explicit Budget(std::int64_t units = kUsual) : whole_(units), left_(units) {}

  // kInvalidArgument once it is spent: "… is too complex: it takes more than N states".
  Status spend(std::int64_t units, const char* what = "the constraint") {
    left_ -= units;
    if (left_ >= 0) return ok();
    return Error{ErrorCode::kInvalidArgument, std::string(what) +
                                                  " is too complex: it takes more than " +
                                                  std::to_string(whole_) + " states"};
  }
  std::int64_t left() const { return left_; }

 private:
  std::int64_t whole_, left_;
};

}  // namespace byeol::constrain
