#include "runtime/turn_names.h"

#include <array>

namespace byeol::runtime {
namespace {

template <typename Enum, std::size_t kCount>
std::string_view nth(Enum value, const std::array<std::string_view, kCount>& names) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view name_of(Missed missed) {
  return nth(missed, std::array<std::string_view, 4>{"", "first", "gap", "total"});
}

std::string_view name_of(OnMiss on_miss) {
  return nth(on_miss, std::array<std::string_view, 3>{"degrade", "finish", "abort"});
}

std::string_view name_of(TurnClass turn_class) {
  return nth(turn_class,
             std::array<std::string_view, 4>{"realtime", "priority", "default", "flex"});
}

std::string_view name_of(Phase phase) {
  return nth(phase, std::array<std::string_view, 3>{"waiting", "prefill", "decode"});
}

}  // namespace byeol::runtime
