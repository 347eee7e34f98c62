// What a step will cost, before the first turn: a guess from the model's size, and for a server,
// which makes promises, some steps that are measured.
//
// Threads: whoever owns the engine.
#pragma once

#include <chrono>
#include <functional>

#include "engine/engine.h"
#include "scheduler/cost_model.h"

namespace byeol::runtime {

// As on a machine that reads 20 GB/s and computes a prompt ten times as fast as it decodes.
scheduler::StepCost guess_step_cost(const model::Model& model);

// Computes prompts and decodes of several lengths for about three seconds and lets the cost model
// learn from them. Leaves the engine as it was.
void calibrate(engine::Engine& engine,
               const std::function<std::chrono::steady_clock::time_point()>& clock,
               scheduler::CostModel& cost);

}  // namespace byeol::runtime
