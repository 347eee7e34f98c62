#include "runtime/fifo_plan.h"

#include <algorithm>
#include <cstddef>

namespace byeol::runtime {

void plan_step(std::span<const std::int32_t> pending, std::int32_t rows_max,
               std::span<std::int32_t> planned) {
  std::int32_t rows_left = rows_max;
  const auto give = [&](std::size_t turn) {
    planned[turn] = std::min(pending[turn], rows_left);
    rows_left -= planned[turn];
  };
  std::fill(planned.begin(), planned.end(), 0);
  for (std::size_t turn = 0; turn < pending.size(); ++turn)
    if (pending[turn] == 1) give(turn);
  for (std::size_t turn = 0; turn < pending.size(); ++turn)
    if (pending[turn] > 1) give(turn);
}

}  // namespace byeol::runtime
