// Valmari's algorithm (Fast brief practical DFA minimization, 2012): blocks of states and bundles
// of transitions ("cords") refine each other, each in time of its smaller part.
#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "constrain/regular/dfa.h"

namespace byeol::constrain {
namespace {

using Index = std::int32_t;

std::size_t at(Index index) {
  return static_cast<std::size_t>(index);
}

// A partition of 0 … n - 1 that is refined by marking elements and splitting off what is marked.
class Partition {
 public:
  explicit Partition(std::size_t n)
      : elements_(n), place_(n), set_of_(n, 0), first_(n + 1), past_(n + 1), marked_(n + 1, 0) {
    std::iota(elements_.begin(), elements_.end(), 0);
    std::iota(place_.begin(), place_.end(), 0);
    if (n > 0) past_[0] = static_cast<Index>(n), sets_ = 1;
  }

  Index sets() const { return sets_; }
  Index set_of(Index element) const { return set_of_[at(element)]; }
  std::span<const Index> elements(Index set) const {
    return {elements_.data() + first_[at(set)], at(past_[at(set)] - first_[at(set)])};
  }
  void mark(Index element) {
    const Index set = set_of_[at(element)], from = place_[at(element)];
    const Index to = first_[at(set)] + marked_[at(set)];
    if (from < to) return;  // It is marked already.
    std::swap(elements_[at(from)], elements_[at(to)]);
    place_[at(elements_[at(from)])] = from;
    place_[at(element)] = to;
    if (marked_[at(set)]++ == 0) touched_.push_back(set);
  }
  void split() {
    for (; !touched_.empty(); touched_.pop_back()) {
      const auto set = at(touched_.back());
      const Index middle = first_[set] + std::exchange(marked_[set], 0);
      if (middle == past_[set]) continue;
      const auto added = at(sets_++);  // The smaller part.
      if (middle - first_[set] <= past_[set] - middle) {
        first_[added] = first_[set];
        past_[added] = first_[set] = middle;
      } else {
        past_[added] = past_[set];
        first_[added] = past_[set] = middle;
      }
      for (Index i = first_[added]; i < past_[added]; ++i)
        set_of_[at(elements_[at(i)])] = static_cast<Index>(added);
    }
  }

 private:
  std::vector<Index> elements_, place_, set_of_, first_, past_, marked_, touched_;
  Index sets_ = 0;
};

struct Transition {
  Index tail, label, head;
};

// By state: the transitions into it, as indexes.
struct Incoming {
  std::vector<Index> begin, transitions;

  Incoming(const std::vector<Transition>& all, std::size_t states)
      : begin(states + 1, 0), transitions(all.size()) {
    for (const Transition& t : all) ++begin[at(t.head) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<Index> place(begin.begin(), begin.end() - 1);
    for (std::size_t i = 0; i < all.size(); ++i)
      transitions[at(place[at(all[i].head)]++)] = static_cast<Index>(i);
  }
  std::span<const Index> of(Index state) const {
    return {transitions.data() + begin[at(state)], at(begin[at(state) + 1] - begin[at(state)])};
  }
};

// Those between states that can reach an accepting one; by label, as the partition wants them.
std::vector<Transition> live_transitions(const Dfa& dfa, std::vector<std::uint8_t>& live) {
  std::vector<Transition> all;
  all.reserve(dfa.next.size());
  for (Index label = 0; label < dfa.alphabet.classes; ++label)
    for (Index state = 0; state < dfa.states(); ++state)
      if (const Index head = dfa.step(state, label); head >= 0) all.push_back({state, label, head});
  live = dfa.accepting;
  std::vector<Index> open;
  for (Index state = 0; state < dfa.states(); ++state)
    if (live[at(state)] != 0) open.push_back(state);
  if (open.size() == live.size()) return all;
  const Incoming incoming(all, live.size());
  while (!open.empty()) {
    const Index state = open.back();
    open.pop_back();
    for (const Index i : incoming.of(state)) {
      if (live[at(all[at(i)].tail)] != 0) continue;
      live[at(all[at(i)].tail)] = 1;
      open.push_back(all[at(i)].tail);
    }
  }
  std::erase_if(all, [&](const Transition& t) { return live[at(t.head)] == 0; });
  return all;
}

void join_equal_classes(Dfa& dfa) {
  const auto classes = at(dfa.alphabet.classes), states = dfa.accepting.size();
  std::vector<Index> order(classes), new_class(classes);
  std::iota(order.begin(), order.end(), 0);
  const auto compare = [&](Index a, Index b) {
    for (std::size_t row = 0; row < dfa.next.size(); row += classes)
      if (const Index left = dfa.next[row + at(a)], right = dfa.next[row + at(b)]; left != right)
        return left < right ? -1 : 1;
    return 0;
  };
  std::sort(order.begin(), order.end(), [&](Index a, Index b) { return compare(a, b) < 0; });
  std::vector<Index> kept;
  for (const Index cls : order) {
    if (kept.empty() || compare(kept.back(), cls) != 0) kept.push_back(cls);
    new_class[at(cls)] = static_cast<Index>(kept.size()) - 1;
  }
  if (kept.size() == classes) return;
  std::vector<Index> next;
  next.reserve(states * kept.size());
  for (std::size_t row = 0; row < dfa.next.size(); row += classes)
    for (const Index cls : kept) next.push_back(dfa.next[row + at(cls)]);
  dfa.next = std::move(next);
  dfa.alphabet.rename(new_class, static_cast<Index>(kept.size()));
}

}  // namespace

Dfa minimal(Dfa dfa) {
  std::vector<std::uint8_t> live;
  const std::vector<Transition> transitions = live_transitions(dfa, live);
  if (dfa.states() == 0 || live[0] == 0) return Dfa{};

  Partition blocks(live.size());
  for (Index state = 0; state < dfa.states(); ++state)
    if (dfa.accepting[at(state)] != 0) blocks.mark(state);
  blocks.split();
  Partition cords(transitions.size());
  for (std::size_t i = 0; i < transitions.size();) {
    const Index label = transitions[i].label;
    for (; i < transitions.size() && transitions[i].label == label; ++i)
      cords.mark(static_cast<Index>(i));
    cords.split();
  }
  const Incoming incoming(transitions, live.size());
  Index block = 1;
  for (Index cord = 0; cord < cords.sets(); ++cord) {
    for (const Index i : cords.elements(cord)) blocks.mark(transitions[at(i)].tail);
    blocks.split();
    for (; block < blocks.sets(); ++block) {
      for (const Index state : blocks.elements(block))
        for (const Index i : incoming.of(state)) cords.mark(i);
      cords.split();
    }
  }

  // A number for each block with a live state; the start's is 0.
  std::vector<Index> number(at(blocks.sets()), Dfa::kDead), representative;
  for (Index state = 0; state < dfa.states(); ++state) {
    if (live[at(state)] == 0 || number[at(blocks.set_of(state))] >= 0) continue;
    number[at(blocks.set_of(state))] = static_cast<Index>(representative.size());
    representative.push_back(state);
  }
  Dfa result;
  result.alphabet = std::move(dfa.alphabet);
  const auto classes = at(result.alphabet.classes);
  result.next.assign(representative.size() * classes, Dfa::kDead);
  for (const Transition& t : transitions)
    result.next[at(number[at(blocks.set_of(t.tail))]) * classes + at(t.label)] =
        number[at(blocks.set_of(t.head))];
  for (const Index state : representative) result.accepting.push_back(dfa.accepting[at(state)]);
  join_equal_classes(result);
  return result;
}

}  // namespace byeol::constrain
