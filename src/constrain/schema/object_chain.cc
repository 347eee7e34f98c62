#include "constrain/schema/object_chain.h"

#include <algorithm>

namespace byeol::constrain {
namespace {

constexpr std::int64_t kMostBesideSome = 64;
// The way to the end of an answer, found anew with each token, keeps so many names apart.
constexpr std::int64_t kMostApart = 256;

}  // namespace

ObjectChain::ObjectChain(Writer& writer, const ObjectForm& object,
                         const std::optional<NameClass>& some)
    : writer_(writer), builder_(writer.builder_), object_(object), some_(some) {}

Result<NodeId> ObjectChain::write_class(const NameClass& names) {
  Budget& budget = writer_.forms_.budget();
  BYEOL_TRY(const Language left, names.names.subtract(own_names_, budget));
  const bool is_any = left.is_anything() && !keeps_names_apart_;
  BYEOL_TRY(NodeId name, is_any ? writer_.any_characters()
                                : writer_.characters(left, Language::Spelling::kJson));
  if (keeps_names_apart_) name = builder_.marked(RuleMark::kName, name);
  BYEOL_TRY(const NodeId value, writer_.value(names.child));
  return builder_.sequence(
      {writer_.quote_, name, writer_.quote_, writer_.colon_, value, writer_.space_});
}

Status ObjectChain::write_properties() {
  std::vector<std::string> names;
  for (const Property& property : object_.properties) {
    names.push_back(property.name);
    if (property.child == kNoChild && !property.required) continue;
    BYEOL_TRY(const NodeId value, writer_.value(property.child));
    const NodeId name = builder_.text(json_quoted(property.name));
    elements_.push_back(
        {builder_.sequence({name, writer_.colon_, value, writer_.space_}), property.required});
  }
  if (object_.others.empty() && !some_) return ok();
  BYEOL_TRY(own_names_, Language::of_texts(names, writer_.forms_.budget()));
  return ok();
}

// Whether there is always another name to go on with, whatever was written before.
Result<bool> ObjectChain::can_keep_names_apart() const {
  if (some_ || object_.others.empty() || object_.min > kMostApart) return false;
  for (const NameClass& one : object_.others) {
    BYEOL_TRY(const Language left, one.names.subtract(own_names_, writer_.forms_.budget()));
    if (!left.is_open_ended()) return false;
  }
  return true;
}

Result<NodeId> ObjectChain::write() {
  BYEOL_TRY_OK(write_properties());
  std::int64_t required = 0;
  for (const Element& element : elements_) required += element.required ? 1 : 0;
  if (object_.min > required + 1) {
    BYEOL_TRY(keeps_names_apart_, can_keep_names_apart());
  }
  std::vector<NodeId> classes;
  for (const NameClass& one : object_.others) {
    BYEOL_TRY(const NodeId node, write_class(one));
    classes.push_back(node);
  }
  has_others_ = !classes.empty();
  other_ = builder_.choice(std::move(classes));
  if (some_) {
    BYEOL_TRY(some_other_, write_class(*some_));
  }
  const auto most = static_cast<std::int64_t>(elements_.size());
  counts_ = object_.min > required + (some_ ? 1 : 0) ||
            (object_.max != kUnlimited && (has_others_ || object_.max < most));
  if (!within_limit(std::max(required, object_.min), object_.max) ||
      (!has_others_ && object_.min > most))
    return builder_.nothing();
  if (object_.min > most + 1 && !keeps_names_apart_)
    return refused(object_.min_path,
                   "properties of any name cannot be counted beyond one where a name may come to "
                   "an end that it must have, where one of a kind is asked for, or where they are "
                   "more than " +
                       std::to_string(kMostApart) + ", as a name may be written twice");
  BYEOL_TRY(NodeId chain, counts_ ? counted() : Result<NodeId>(uncounted()));
  if (keeps_names_apart_) chain = builder_.marked(RuleMark::kDistinct, chain);
  return builder_.sequence({writer_.open_object_, chain, writer_.close_object_});
}

NodeId ObjectChain::others_with_some(bool is_first, std::int64_t most) {
  if (most != kUnlimited) {
    std::vector<NodeId> ways;  // By how many stand before it.
    const NodeId next = builder_.sequence({writer_.comma_, other_});
    for (std::int64_t before = 0; before < most; ++before) {
      std::vector<NodeId> parts;
      if (before > 0) {
        parts.push_back(is_first ? other_ : next);
        parts.push_back(builder_.repeat(next, before - 1, before - 1));
      }
      if (before > 0 || !is_first) parts.push_back(writer_.comma_);
      parts.push_back(some_other_);
      parts.push_back(builder_.repeat(next, 0, most - before - 1));
      ways.push_back(builder_.sequence(std::move(parts)));
    }
    return builder_.choice(std::move(ways));
  }
  const NodeId more = builder_.repeat(builder_.sequence({writer_.comma_, other_}), 0, kUnlimited);
  const NodeId later = builder_.sequence({more, writer_.comma_, some_other_, more});
  if (!is_first) return later;
  return builder_.choice(
      {builder_.sequence({some_other_, more}), builder_.sequence({other_, later})});
}

NodeId ObjectChain::others(std::int64_t written) {
  const std::int64_t least = counts_ ? std::max<std::int64_t>(object_.min - written, 0) : 0;
  const bool limited = counts_ && object_.max != kUnlimited;
  const std::int64_t most = limited ? object_.max - written : kUnlimited;
  if (limited && most < 0) return builder_.nothing();
  // Of the others one is counted: a second one may have the name of the first.
  if (least > 1 && !keeps_names_apart_) return builder_.nothing();
  if (some_) return others_with_some(written == 0, most);
  if (!has_others_ || most == 0) return least == 0 ? builder_.empty() : builder_.nothing();
  const NodeId next = builder_.sequence({writer_.comma_, other_});
  if (written > 0) return builder_.repeat(next, least, most);
  const NodeId all =
      builder_.sequence({other_, builder_.repeat(next, std::max<std::int64_t>(least - 1, 0),
                                                 limited ? most - 1 : kUnlimited)});
  return least == 0 ? builder_.optional(all) : all;
}

NodeId ObjectChain::uncounted() {
  // Before the first property that must be there it is open whether a comma is needed. After it
  // all is one sequence.
  std::size_t first = 0;
  while (first < elements_.size() && !elements_[first].required) ++first;
  const auto with_comma = [&](const Element& element) {
    const NodeId node = builder_.sequence({writer_.comma_, element.node});
    return element.required ? node : builder_.optional(node);
  };
  std::vector<NodeId> tail;
  for (std::size_t i = first + 1; i < elements_.size(); ++i)
    tail.push_back(with_comma(elements_[i]));
  tail.push_back(others(1));
  NodeId after = builder_.sequence(tail);  // Where something is written before.
  NodeId chain = builder_.nothing();       // Where nothing is.
  if (first == elements_.size()) {
    chain = others(0);
  } else {
    chain = builder_.sequence({elements_[first].node, after});
    after = builder_.sequence({with_comma(elements_[first]), after});
  }
  for (std::size_t i = first; i-- > 0;) {
    chain = builder_.choice({builder_.sequence({elements_[i].node, after}), chain});
    after = builder_.sequence({with_comma(elements_[i]), after});
  }
  return chain;
}

Result<NodeId> ObjectChain::counted() {
  if (some_ && object_.max != kUnlimited && object_.max > kMostBesideSome)
    return refused(object_.min_path,
                   "a large maxProperties beside a negated additionalProperties, "
                   "patternProperties or propertyNames cannot be kept");
  // chains[n]: what may follow when n of the properties before were written; beyond `most` all n
  // are alike.
  const auto size = static_cast<std::int64_t>(elements_.size());
  const bool limited = object_.max != kUnlimited;
  const std::int64_t most =
      std::min(size, limited ? object_.max : std::max<std::int64_t>(object_.min, 1));
  BYEOL_TRY_OK(writer_.forms_.budget().spend((size + 1) * (most + 1), "the schema"));
  std::vector<NodeId> chains;
  for (std::int64_t n = 0; n <= most; ++n) chains.push_back(others(n));
  for (std::int64_t at = size - 1; at >= 0; --at) {
    const Element& element = elements_[static_cast<std::size_t>(at)];
    const NodeId next = builder_.sequence({writer_.comma_, element.node});
    std::vector<NodeId> before;
    for (std::int64_t n = 0; n <= std::min(most, at); ++n) {
      std::vector<NodeId> ways;
      if (!limited || n < object_.max)
        ways.push_back(
            builder_.sequence({n == 0 ? element.node : next,
                               chains[static_cast<std::size_t>(std::min(n + 1, most))]}));
      if (!element.required) ways.push_back(chains[static_cast<std::size_t>(n)]);
      before.push_back(builder_.choice(std::move(ways)));
    }
    chains = std::move(before);
  }
  return chains[0];
}

}  // namespace byeol::constrain
