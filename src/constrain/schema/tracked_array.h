// Arrays whose items depend on one another: contains counts them, uniqueItems remembers them. Each
// state of what was counted and seen is a rule of the grammar, so their number is limited.
//
// Errors: as Forms. Threads: an object belongs to one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "constrain/schema/writer.h"

namespace byeol::constrain {

class TrackedArray {
 public:
  static constexpr std::size_t kMostStates = 10'000, kMostSteps = 60'000;
  static constexpr std::size_t kMostUnique = 256;  // Values that items may have.
  static constexpr std::size_t kMostContains = 4;

  TrackedArray(Writer& writer, const ArrayForm& array);
  Result<NodeId> write();

 private:
  // How many items there are, how many of them each `contains` counts, which values were seen.
  struct State {
    std::int64_t items = 0;
    std::vector<std::int64_t> counts;
    std::vector<bool> seen;
    auto operator<=>(const State&) const = default;
  };
  // An item that may come, and what it counts for.
  struct Step {
    NodeId item, next_item;
    std::vector<bool> counts_for;
    std::size_t unique = 0;  // Its number among the values.
  };

  Result<std::vector<Step>> steps(const State& state);
  Result<std::vector<Step>> unique_steps(Child child);
  Result<std::vector<Step>> counted_steps(Child child, const State& state);
  Status add_values(const Form& form);
  bool may_end(const State& state) const;
  bool take(const Step& step, const State& from, State& to) const;
  Result<NodeId> rule(const State& state);
  std::string path() const;

  Writer& writer_;
  const ArrayForm& array_;
  std::int64_t counted_items_;  // Beyond so many they are all alike.
  std::vector<Json> values_;
  std::map<std::string, std::size_t> value_numbers_;
  std::map<std::pair<Child, std::vector<bool>>, std::vector<Step>> known_steps_;
  std::map<State, NodeId> rules_;
  std::vector<State> waiting_;
  std::size_t steps_ = 0;
};

}  // namespace byeol::constrain
