#include "constrain/regular_facts.h"

#include <array>
#include <bit>
#include <map>

#include "constrain/plain_closed.h"
#include "constrain/utf8_leads.h"

namespace byeol::constrain {
namespace {

constexpr std::int32_t kNone = -2;

// Whether each byte of a range, followed by `more` continuation bytes, leads to the same state:
// `target`, which the first of them sets.
bool leads_to_one(const ByteAutomaton& automaton, std::int32_t from, int first, int last, int more,
                  std::int32_t& target) {
  std::int32_t checked = kNone;
  for (int byte = first; byte <= last; ++byte) {
    const std::int32_t to = automaton.next(from, static_cast<std::uint8_t>(byte));
    if (to == checked) continue;  // Most bytes of a range behave alike.
    checked = to;
    if (to == ByteAutomaton::kDead) return false;
    if (more > 0) {
      if (!leads_to_one(automaton, to, 0x80, 0xbf, more - 1, target)) return false;
    } else if (target == kNone) {
      target = to;
    } else if (target != to) {
      return false;
    }
  }
  return true;
}

// Whether each character beyond ASCII of a class leads to `target`; where that is kNone, to any
// one.
bool class_leads_to_one(const ByteAutomaton& automaton, std::int32_t state, int of,
                        std::int32_t& target) {
  for (const Utf8Lead& lead : kUtf8Leads) {
    std::int32_t checked = kNone;
    for (int byte = lead.first; byte <= lead.last; ++byte) {
      if (class_of_lead(byte) != of) continue;
      const std::int32_t to = automaton.next(state, static_cast<std::uint8_t>(byte));
      if (to == ByteAutomaton::kDead) return false;
      if (to == checked) continue;
      checked = to;
      if (!leads_to_one(automaton, to, lead.second_first, lead.second_last, lead.more, target))
        return false;
    }
  }
  return true;
}

std::int32_t after_plain_character(const ByteAutomaton& automaton, std::int32_t state) {
  if (automaton.loops_on_plain(state)) return state;
  std::int32_t target = kNone;
  const auto range = [&](int first, int last) {
    return leads_to_one(automaton, state, first, last, 0, target);
  };
  bool one = range(0x20, 0x21) && range(0x23, 0x5b) && range(0x5d, 0x7f);
  for (int of = kBeyondAscii; one && of <= kBeyondWithLines; ++of)
    one = class_leads_to_one(automaton, state, of, target);
  return one ? target : ByteAutomaton::kDead;
}

}  // namespace

RegularFacts::RegularFacts(const Grammar& grammar) : grammar_(grammar), pieces_(grammar.size()) {
  std::map<const ByteAutomaton*, std::shared_ptr<Piece>> pieces;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Node& node = grammar.node(static_cast<NodeId>(i));
    if (node.kind != NodeKind::kRegular) continue;
    std::shared_ptr<Piece>& piece = pieces[node.automaton.get()];
    if (!piece) piece = std::make_shared<Piece>();
    pieces_[i] = piece;
  }
}

RegularFacts::Facts& RegularFacts::facts(NodeId node, std::int32_t state) {
  Piece& piece = *pieces_[static_cast<std::size_t>(node)];
  const ByteAutomaton& automaton = *grammar_.node(node).automaton;
  if (piece.index.empty()) {
    piece.index.resize(static_cast<std::size_t>(automaton.states()), -1);
    memory_ += piece.index.size() * sizeof(std::int32_t);
  }
  std::int32_t& index = piece.index[static_cast<std::size_t>(state)];
  if (index < 0) {
    index = static_cast<std::int32_t>(piece.facts.size());
    memory_ += sizeof(Facts);
    Facts& facts = piece.facts.emplace_back();
    for (int byte = 0; byte < 256; ++byte)
      if (automaton.next(state, static_cast<std::uint8_t>(byte)) != ByteAutomaton::kDead)
        facts.bytes.add(static_cast<std::uint8_t>(byte));
    facts.goes_on = facts.bytes.count() > 0;
  }
  return piece.facts[static_cast<std::size_t>(index)];
}

RegularFacts::Plain RegularFacts::plain(NodeId node, std::int32_t state) {
  const ByteAutomaton& automaton = *grammar_.node(node).automaton;
  Plain result{0, state, false};
  while (result.characters < kEnough) {
    if (automaton.loops_on_plain(result.end)) {
      result.characters = kUnlimited;
      return result;
    }
    Facts& here = facts(node, result.end);
    if (here.after_plain == kUnknown)
      here.after_plain = after_plain_character(automaton, result.end);
    if (here.after_plain == ByteAutomaton::kDead) {
      if (takes_any_plain(node, result.end)) result.characters = kUnlimited;
      return result;
    }
    result.end = here.after_plain;
    result.accepts = result.accepts || automaton.accepts(result.end);
    ++result.characters;
  }
  return result;
}

// Where plain characters do not all lead to one state.
bool RegularFacts::takes_any_plain(NodeId node, std::int32_t state) {
  using Any = Facts::AnyPlain;
  if (const Any known = facts(node, state).any_plain; known != Any::kUnknown)
    return known == Any::kYes;
  std::vector<std::int32_t> states;
  const bool any = takes_any_plain_text(*grammar_.node(node).automaton, state, states);
  if (any)
    for (const std::int32_t one : states) facts(node, one).any_plain = Any::kYes;
  else
    facts(node, state).any_plain = Any::kNo;
  return any;
}

const RegularFacts::Facts& RegularFacts::run_facts(NodeId node, std::int32_t state) {
  Facts& here = facts(node, state);
  if (here.run_to != kUnknown) return here;
  here.run_to = ByteAutomaton::kDead;
  const ByteAutomaton& automaton = *grammar_.node(node).automaton;
  // Where each class leads to, if all of it leads to the same state.
  std::array<std::int32_t, 64> target;
  target.fill(kNone);
  for (int byte = 0; byte < 0x80; ++byte) {
    std::int32_t& of_class = target[static_cast<std::size_t>(class_of_ascii(byte))];
    const std::int32_t to = automaton.next(state, static_cast<std::uint8_t>(byte));
    of_class = of_class == kNone || of_class == to ? to : ByteAutomaton::kDead;
  }
  for (int of = kBeyondAscii; of <= kBeyondWithLines; ++of) {
    std::int32_t beyond = kNone;
    if (class_leads_to_one(automaton, state, of, beyond))
      target[static_cast<std::size_t>(of)] = beyond;
  }
  std::map<std::int32_t, ByteClasses> by_target;
  for (int of = 0; of < 64; ++of)
    if (const std::int32_t to = target[static_cast<std::size_t>(of)]; to >= 0)
      by_target[to] |= classes_bit(of);
  for (const auto& [to, classes] : by_target)
    if (std::popcount(classes) > std::popcount(here.run_classes)) {
      here.run_classes = classes;
      here.run_to = to;
    }
  return here;
}

RegularFacts::Run RegularFacts::run(NodeId node, std::int32_t state) {
  constexpr std::int64_t kMostBytes = 64;
  const Facts first = run_facts(node, state);
  Run result{first.run_classes, 0};
  while (result.classes != 0 && result.bytes < kMostBytes) {
    const Facts& here = run_facts(node, state);
    if ((result.classes & ~here.run_classes) != 0) break;
    if (here.run_to == state) {
      result.bytes = kUnlimited;
      break;
    }
    state = here.run_to;
    ++result.bytes;
  }
  return result;
}

}  // namespace byeol::constrain
