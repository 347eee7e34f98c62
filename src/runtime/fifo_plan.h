// Which tokens the next step computes, first come first served. Pure, like the scheduler that will
// take its place: lengths in, lengths out.
//
// Rules: a turn that generates (one token pending) never waits for a prompt; the rows that are left
// go to the prompts in their order, the first one that does not fit gets a part.
#pragma once

#include <cstdint>
#include <span>

namespace byeol::runtime {

// planned[i] <= pending[i] tokens of turn i; their sum is at most rows_max.
void plan_step(std::span<const std::int32_t> pending, std::int32_t rows_max,
               std::span<std::int32_t> planned);

}  // namespace byeol::runtime
