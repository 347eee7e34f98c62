// The two kinds of tools: a function takes JSON, a custom tool takes a text.
#pragma once

namespace byeol::wire {

enum class ToolType { kFunction, kCustom };

}  // namespace byeol::wire
