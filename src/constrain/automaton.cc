#include "constrain/automaton.h"

#include <bit>

#include "base/check.h"
#include "constrain/automaton_tables.h"
#include "constrain/shortest_way.h"

namespace byeol::constrain {

Automaton::Automaton(std::shared_ptr<const Grammar> grammar)
    : tables_(std::make_unique<Tables>(std::move(grammar))) {
  BYEOL_CHECK(tables_->start != kDead);  // A grammar that was built has a text.
}
Automaton::~Automaton() = default;

Automaton::State Automaton::start() const {
  return tables_->start;
}

Automaton::State Automaton::next(State state, std::uint8_t byte) {
  Tables::Entry& from = tables_->entry(state);
  if (!from.bytes.has(byte)) return kDead;
  if (from.bytes_count == 1) {
    if (from.only_next != Tables::kUnknown) return from.only_next;
    const State to = tables_->step(state, byte);
    return tables_->entry(state).only_next = to;
  }
  if (!from.row) {
    from.row = std::make_unique<Tables::Row>();
    from.row->fill(Tables::kUnknown);
    ++tables_->rows;
  }
  const State known = (*from.row)[byte];
  if (known != Tables::kUnknown) return known;
  const State to = tables_->step(state, byte);
  return (*tables_->entry(state).row)[byte] = to;
}

Automaton::State Automaton::next_token(State state, TokenId control) {
  for (const TokenId taken : control_tokens(state))
    if (taken == control) return tables_->step_token(state, control);
  return kDead;
}

const std::vector<TokenId>& Automaton::control_tokens(State state) const {
  return tables_->control_lists[static_cast<std::size_t>(tables_->entry(state).controls)];
}

bool Automaton::accepts(State state) const {
  return tables_->entry(state).accepts;
}

bool Automaton::is_complete(State state) const {
  return tables_->entry(state).accepts && tables_->entry(state).count == 0;
}

int Automaton::only_byte(State state) {
  const Tables::Entry& from = tables_->entry(state);
  if (from.accepts || from.bytes_count != 1 || from.controls != 0) return -1;
  return from.bytes.next(0);
}

std::int64_t Automaton::plain_characters(State state) const {
  if (tables_->entry(state).plain == Tables::kNotAsked) tables_->find_plain(state);
  return tables_->entry(state).plain;
}

bool Automaton::is_plain_alone(State state) const {
  if (tables_->entry(state).plain == Tables::kNotAsked) tables_->find_plain(state);
  return tables_->entry(state).plain_alone;
}

Automaton::Run Automaton::run(State state) {
  if (const auto found = tables_->runs.find(state); found != tables_->runs.end())
    return found->second;
  tables_->work += Tables::kWorkOfLook * tables_->entry(state).count;
  Run best;
  const auto worth = [](const Run& run) {
    const std::int64_t bytes = run.bytes == kUnlimited ? 64 : run.bytes;
    return bytes == 0 ? 0 : std::popcount(run.classes) * (bytes + 16);
  };
  for (const StackId id : tables_->stacks_of(state)) {
    const Stack& stack = tables_->stacks[id];
    if (tables_->grammar->node(stack.node).kind != NodeKind::kRegular) continue;
    const RegularFacts::Run found = tables_->regular.run(stack.node, stack.place);
    const Run run{found.classes, found.bytes};
    if (worth(run) > worth(best)) best = run;
  }
  return tables_->runs[state] = best;
}

Automaton::Place Automaton::place(State state) const {
  return tables_->entry(state).place;
}

std::vector<WayPart> Automaton::shortest_way(State state) const {
  return shortest_way_of(*tables_->grammar, tables_->stacks, tables_->entry(state).shortest);
}

std::string Automaton::shortest_end(State state) {
  std::string result;
  for (const WayPart& part : shortest_way(state)) result += part.bytes;
  return result;
}

std::int64_t Automaton::bytes_to_end(State state) const {
  return tables_->stacks[tables_->entry(state).shortest].rest;
}

std::int32_t Automaton::width(State state) const {
  return tables_->entry(state).count;
}

std::int64_t Automaton::work() const {
  return tables_->all_work();
}

std::size_t Automaton::states() const {
  return tables_->entries.size();
}

std::size_t Automaton::memory_bytes() const {
  const Tables& tables = *tables_;
  return tables.stacks.memory_bytes() + tables.regular.memory_bytes() +
         tables.entries.capacity() * sizeof(Tables::Entry) +
         tables.members.capacity() * sizeof(StackId) + tables.slots.capacity() * sizeof(State) +
         tables.rows * sizeof(Tables::Row) +
         tables.control_lists.capacity() * sizeof(std::vector<TokenId>);
}

}  // namespace byeol::constrain
