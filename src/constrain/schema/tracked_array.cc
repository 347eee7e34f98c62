#include "constrain/schema/tracked_array.h"

#include <algorithm>

namespace byeol::constrain {

TrackedArray::TrackedArray(Writer& writer, const ArrayForm& array)
    : writer_(writer),
      array_(array),
      counted_items_(std::max(static_cast<std::int64_t>(array.prefix.size()), array.min)) {
  if (array.max != kUnlimited) counted_items_ = std::max(counted_items_, array.max + 1);
  for (const Contains& wanted : array.contains)
    counted_items_ = std::max(counted_items_, wanted.from);
}

std::string TrackedArray::path() const {
  if (!array_.unique.empty()) return array_.unique;
  return writer_.forms_.schemas().schema(array_.contains[0].literal).path;
}

Result<NodeId> TrackedArray::write() {
  if (array_.contains.size() > kMostContains)
    return refused(path(), "more than " + std::to_string(kMostContains) +
                               " contains for one array cannot be kept");
  State start;
  start.counts.resize(array_.contains.size());
  BYEOL_TRY(const NodeId items, rule(start));
  while (!waiting_.empty()) {
    const State state = std::move(waiting_.back());
    waiting_.pop_back();
    BYEOL_TRY(const std::vector<Step> all, steps(state));
    std::vector<NodeId> ways;
    if (may_end(state)) ways.push_back(writer_.builder_.empty());
    for (const Step& step : all) {
      State next = state;
      if (!take(step, state, next)) continue;
      if (++steps_ > kMostSteps)
        return refused(path(), "too complex: it takes more than " + std::to_string(kMostSteps) +
                                   " steps to follow what was counted or seen");
      BYEOL_TRY(const NodeId rest, rule(next));
      ways.push_back(
          writer_.builder_.sequence({state.items == 0 ? step.item : step.next_item, rest}));
    }
    const NodeId body = writer_.builder_.choice(std::move(ways));
    writer_.builder_.define(rules_.at(state), body);
  }
  return writer_.builder_.sequence({writer_.open_array_, items, writer_.close_array_});
}

Result<NodeId> TrackedArray::rule(const State& state) {
  const auto [at, is_new] = rules_.emplace(state, -1);
  if (!is_new) return at->second;
  if (rules_.size() > kMostStates)
    return refused(path(), "too complex: more than " + std::to_string(kMostStates) +
                               " states of what was counted or seen");
  BYEOL_TRY_OK(writer_.forms_.budget().spend(static_cast<std::int64_t>(4 + state.seen.size() / 8),
                                             "the schema"));
  waiting_.push_back(state);
  at->second = writer_.builder_.declare(path());
  return at->second;
}

bool TrackedArray::may_end(const State& state) const {
  if (state.items < array_.min) return false;
  for (std::size_t i = 0; i < array_.contains.size(); ++i)
    if (state.counts[i] < array_.contains[i].min) return false;
  return true;
}

bool TrackedArray::take(const Step& step, const State& from, State& to) const {
  if (!within_limit(from.items + 1, array_.max)) return false;
  to.items = std::min(from.items + 1, std::max<std::int64_t>(counted_items_, 1));
  if (!array_.unique.empty()) {
    if (to.seen.size() < values_.size()) to.seen.resize(values_.size());
    if (to.seen[step.unique]) return false;
    to.seen[step.unique] = true;
  }
  for (std::size_t i = 0; i < array_.contains.size(); ++i) {
    const Contains& wanted = array_.contains[i];
    if (!step.counts_for[i] || from.items < wanted.from) continue;
    if (wanted.max == kUnlimited && to.counts[i] == wanted.min) continue;
    ++to.counts[i];
    if (!within_limit(to.counts[i], wanted.max)) return false;
  }
  return true;
}

Result<std::vector<TrackedArray::Step>> TrackedArray::steps(const State& state) {
  const auto at = static_cast<std::size_t>(state.items);
  const Child child = at < array_.prefix.size() ? array_.prefix[at].child : array_.rest.child;
  if (child == kNoChild || !within_limit(state.items + 1, array_.max)) return std::vector<Step>{};
  std::vector<bool> counting;  // Those that do not have enough.
  for (std::size_t i = 0; i < array_.contains.size(); ++i) {
    const Contains& wanted = array_.contains[i];
    counting.push_back(state.items >= wanted.from &&
                       (wanted.max != kUnlimited || state.counts[i] < wanted.min));
  }
  const auto known = known_steps_.find({child, counting});
  if (known != known_steps_.end()) return known->second;
  BYEOL_TRY(std::vector<Step> result,
            array_.unique.empty() ? counted_steps(child, state) : unique_steps(child));
  known_steps_.emplace(std::pair{child, counting}, result);
  return result;
}

Result<std::vector<TrackedArray::Step>> TrackedArray::counted_steps(Child child,
                                                                    const State& state) {
  Schemas& schemas = writer_.forms_.schemas();
  std::vector<std::pair<Child, std::vector<bool>>> kinds = {
      {child, std::vector<bool>(array_.contains.size())}};
  for (std::size_t i = 0; i < array_.contains.size(); ++i) {
    const Contains& wanted = array_.contains[i];
    const bool limited = wanted.max != kUnlimited;
    if (state.items < wanted.from || (!limited && state.counts[i] >= wanted.min)) continue;
    std::vector<std::pair<Child, std::vector<bool>>> split;
    for (auto& [kind, counts_for] : kinds) {
      // Where more of them do no harm, one that is not counted may be any.
      const Child other =
          limited ? schemas.both(kind, schemas.child(negated(wanted.literal))) : kind;
      if (other != kNoChild) split.emplace_back(other, counts_for);
      counts_for[i] = true;
      const Child one = schemas.both(kind, schemas.child(wanted.literal));
      if (one != kNoChild) split.emplace_back(one, std::move(counts_for));
    }
    kinds = std::move(split);
  }
  std::vector<Step> result;
  for (auto& [kind, counts_for] : kinds) {
    BYEOL_TRY(const bool empty, writer_.forms_.is_empty(kind));
    if (empty) continue;
    BYEOL_TRY(const NodeId item, writer_.item(kind));
    BYEOL_TRY(const NodeId next, writer_.next_item(kind));
    result.push_back({item, next, std::move(counts_for)});
  }
  return result;
}

Status TrackedArray::add_values(const Form& form) {
  const auto infinite = [&] {
    return refused(path(), "is kept where items have at most " + std::to_string(kMostUnique) +
                               " values (enum, const, small ranges) or maxItems is 1");
  };
  const auto add = [&](Json value) {
    if (value_numbers_.emplace(equality_key(value), values_.size()).second)
      values_.push_back(std::move(value));
  };
  for (const Alternative& alternative : form.alternatives) {
    Json value;
    if (std::holds_alternative<NullForm>(alternative)) add(value);
    value.kind = Json::Kind::kBoolean;
    if (const auto* const one = std::get_if<BooleanForm>(&alternative)) {
      if (one->may_be_false) add(value);
      value.truth = true;
      if (one->may_be_true) add(value);
    }
    if (const auto* const one = std::get_if<ValueForm>(&alternative)) add(one->value);
    const auto* const number = std::get_if<NumberForm>(&alternative);
    const auto* const string = std::get_if<StringForm>(&alternative);
    if (number != nullptr || string != nullptr) {
      BYEOL_TRY(const Language language, number != nullptr ? writer_.forms_.language(*number)
                                                           : writer_.forms_.language(*string));
      const auto texts = language.texts(kMostUnique);
      if (!texts) return infinite();
      for (const std::string& text : *texts)
        add(number != nullptr ? Json::of_number(text) : Json::of_string(text));
    }
    if (std::holds_alternative<ArrayForm>(alternative) ||
        std::holds_alternative<ObjectForm>(alternative) || values_.size() > kMostUnique)
      return infinite();
  }
  return ok();
}

Result<std::vector<TrackedArray::Step>> TrackedArray::unique_steps(Child child) {
  Forms& forms = writer_.forms_;
  BYEOL_TRY(const std::shared_ptr<const Form> form, forms.form(child));
  BYEOL_TRY_OK(add_values(*form));
  std::vector<Step> result;
  for (const auto& [key, at] : value_numbers_) {
    const Json& value = values_[at];
    BYEOL_TRY(const bool is_in, forms.contains(*form, value));
    if (!is_in) continue;
    const NodeId node = writer_.builder_.text(write_json(value, writer_.spacing_));
    Step step{writer_.builder_.sequence({node, writer_.space_}),
              writer_.builder_.sequence({writer_.comma_, node, writer_.space_}),
              {},
              at};
    for (const Contains& wanted : array_.contains) {
      BYEOL_TRY(const bool counts, forms.contains(forms.schemas().child(wanted.literal), value));
      step.counts_for.push_back(counts);
    }
    result.push_back(std::move(step));
  }
  return result;
}

}  // namespace byeol::constrain
