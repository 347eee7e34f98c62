// What a step costs by its number of rows, relative to a step of one row, learnt from the steps
// that were run: the ground on which speculation decides. Kept per engine, as all turns share the
// machine.
//
// A measured time is the product of two things: how fast the machine is just now (another program
// may have half of it) and how much more work so many rows are. The first is followed within a few
// steps, whatever their rows; the second slowly, over many. So a step of 8 rows can be compared
// with one of a single row though a busy minute lay between them.
//
// What was not measured yet is guessed low, so that it gets tried; what was not measured for long
// counts as unknown again. Only steps that decode are recorded, of at most kRowsMax rows.
// Pure: no clock, no thread, no allocation.
#pragma once

#include <array>
#include <cstdint>

namespace byeol::runtime {

class StepCosts {
 public:
  static constexpr std::int32_t kRowsMax = 16;

  // A step of `rows` rows (1 to kRowsMax) took so long.
  void record(std::int32_t rows, double seconds);
  // Steps of `rows` rows without drafts were seen often and lately enough to compare others with.
  bool is_base(std::int32_t rows) const;
  // The cost of a step of `rows` rows; steps of one row cost 1.
  double relative(std::int32_t rows) const;

 private:
  struct Entry {
    double cost = 0;  // Relative to one row.
    double high = 0;  // The larger one of the first two samples.
    std::int32_t samples = 0;
    std::int64_t last = 0;  // Which step it was.
  };

  bool knows(std::int32_t rows) const;

  std::array<Entry, kRowsMax + 1> by_rows_;
  double row_seconds_ = 0;  // A step of one row, as fast as the machine is now.
  std::int64_t steps_ = 0;
};

}  // namespace byeol::runtime
