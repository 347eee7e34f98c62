// The words for a turn's properties, as logs, metrics and watchers tell them.
#pragma once

#include <string_view>

#include "runtime/runtime_state.h"
#include "runtime/turn.h"

namespace byeol::runtime {

std::string_view name_of(Missed missed);         // "", "first", "gap", "total".
std::string_view name_of(OnMiss on_miss);        // "degrade", "finish", "abort".
std::string_view name_of(TurnClass turn_class);  // "realtime", "priority", "default", "flex".
std::string_view name_of(Phase phase);           // "waiting", "prefill", "decode".

}  // namespace byeol::runtime
