#include "constrain/distinct_names.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "constrain/name_lengthenings.h"

namespace byeol::constrain {

// The byte behind a name ends it.
bool DistinctNames::take(char byte, const Place& place) {
  bool is_new = true;
  if (in_name_ && place.in_name) {
    name_ += byte;
  } else if (in_name_) {
    is_new = objects_.empty() || objects_.back().insert(name_).second;
    name_.clear();
  }
  in_name_ = place.in_name;
  follow_json(byte);
  if (!place.in_object)
    *this = {};
  else if (objects_.empty())
    objects_.emplace_back();
  return is_new;
}

void DistinctNames::follow_json(char byte) {
  if (in_string_) {
    if (byte == '"' && !is_escaped_) in_string_ = false;
    is_escaped_ = byte == '\\' && !is_escaped_;
    return;
  }
  in_string_ = byte == '"';
  if (byte == '{' && !objects_.empty()) objects_.emplace_back();
  if (byte == '}' && !objects_.empty()) objects_.pop_back();
}

void DistinctNames::take(Automaton& automaton, State state, std::string_view bytes) {
  for (const char byte : bytes) {
    state = automaton.next(state, static_cast<std::uint8_t>(byte));
    take(byte, automaton.place(state));
  }
}

void DistinctNames::enter(const Automaton& automaton, State state) {
  if (!automaton.place(state).in_object) *this = {};
}

// Most bytes end one name of the object that is being written, or none: no copy is made for them.
bool DistinctNames::would_repeat(Automaton& automaton, State state, std::string_view bytes) const {
  const State begin = state;
  std::size_t name_from = 0;
  bool in_name = in_name_, is_simple = true, goes_on = in_name_;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    state = automaton.next(state, static_cast<std::uint8_t>(bytes[i]));
    if (state == Automaton::kDead) return false;
    const Place place = automaton.place(state);
    if (!in_name && place.in_name) {
      name_from = i + 1;
      goes_on = false;
    }
    if (in_name && !place.in_name) {
      if (!is_simple) {
        DistinctNames copy = *this;
        State at = begin;
        return std::ranges::any_of(bytes, [&](char byte) {
          at = automaton.next(at, static_cast<std::uint8_t>(byte));
          return at != Automaton::kDead && !copy.take(byte, automaton.place(at));
        });
      }
      const std::string_view part = bytes.substr(name_from, i - name_from);
      if (goes_on ? has(name_ + std::string(part)) : has(part)) return true;
      is_simple = false;
    }
    in_name = place.in_name;
    is_simple = is_simple && bytes[i] != '{' && bytes[i] != '}';
  }
  return false;
}

// Follows the automaton's shortest way, and leaves it where a name would repeat.
class DistinctWay {
 public:
  using State = Automaton::State;

  DistinctWay(Automaton& automaton, State state, DistinctNames names)
      : automaton_(automaton), state_(state), names_(std::move(names)) {}

  std::optional<std::vector<WayPart>> find() {
    left_ = automaton_.shortest_way(state_);
    while (part_ < left_.size()) {
      const WayPart& now = left_[part_];
      if (now.token >= 0) {
        if (!take_token(now.token)) return std::nullopt;
      } else if (at_ < now.bytes.size()) {
        if (!take_byte(now.bytes[at_])) return std::nullopt;
        continue;
      }
      ++part_;
      at_ = 0;
    }
    return std::move(found_);
  }

 private:
  static constexpr std::size_t kMostBytes = 1 << 16;

  bool take_token(TokenId token) {
    state_ = automaton_.next_token(state_, token);
    if (state_ == Automaton::kDead) return false;
    names_.enter(automaton_, state_);
    found_.push_back({{}, token});
    return true;
  }
  bool take_byte(char byte) {
    const State to = automaton_.next(state_, static_cast<std::uint8_t>(byte));
    if (to == Automaton::kDead || ++bytes_ > kMostBytes) return false;
    const bool repeats =
        names_.in_name_ && !automaton_.place(to).in_name && names_.has(names_.name_);
    if (repeats && !lengthen(byte)) return false;
    ++at_;
    write(byte);
    // Names of another kind have other values.
    if (state_ != to) {
      left_ = automaton_.shortest_way(state_);
      part_ = at_ = 0;
    }
    return true;
  }
  // What was tried for the same name in the same object is taken by now, or does not fit.
  bool lengthen(char end) {
    if (!lengthenings_ || base_ != names_.name_ || depth_ != names_.objects_.size()) {
      base_ = names_.name_;
      depth_ = names_.objects_.size();
      lengthenings_.emplace(automaton_, state_, end);
    }
    std::string more = lengthenings_->next();
    while (!more.empty() &&
           (names_.has(base_ + more) || !NameLengthenings::fits(automaton_, state_, more, end)))
      more = lengthenings_->next();
    for (const char byte : more) write(byte);
    return !more.empty();
  }
  void write(char byte) {
    state_ = automaton_.next(state_, static_cast<std::uint8_t>(byte));
    names_.take(byte, automaton_.place(state_));
    if (found_.empty() || found_.back().token >= 0) found_.emplace_back();
    found_.back().bytes += byte;
  }

  Automaton& automaton_;
  State state_;
  DistinctNames names_;
  std::vector<WayPart> left_, found_;
  std::size_t part_ = 0, at_ = 0, bytes_ = 0;
  std::optional<NameLengthenings> lengthenings_;
  std::string base_;
  std::size_t depth_ = 0;
};

std::optional<std::vector<WayPart>> DistinctNames::way(Automaton& automaton, State state) const {
  return DistinctWay(automaton, state, *this).find();
}

}  // namespace byeol::constrain
