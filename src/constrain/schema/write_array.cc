// Arrays whose items do not depend on one another.
#include "constrain/schema/tracked_array.h"
#include "constrain/schema/writer.h"

namespace byeol::constrain {

Result<NodeId> Writer::item(Child child) {
  BYEOL_TRY(const NodeId node, value(child));
  return builder_.sequence({node, space_});
}

Result<NodeId> Writer::next_item(Child child) {
  BYEOL_TRY(const NodeId node, value(child));
  return builder_.sequence({comma_, node, space_});
}

Result<NodeId> Writer::array(const ArrayForm& array) {
  if (!within_limit(array.min, array.max)) return builder_.nothing();
  const bool at_most_one = within_limit(array.max, 1) && array.max != kUnlimited;
  if (!array.contains.empty() || (!array.unique.empty() && !at_most_one)) {
    TrackedArray tracked(*this, array);
    return tracked.write();
  }
  const auto prefix = static_cast<std::int64_t>(array.prefix.size());
  const auto left = [&](std::int64_t written) {
    return array.max == kUnlimited ? kUnlimited : std::max<std::int64_t>(array.max - written, 0);
  };
  // From the last item to the first: what may follow `at` items.
  const std::int64_t counted = std::max<std::int64_t>(prefix, 1);
  NodeId follows = builder_.empty();
  if (array.rest.child != kNoChild || array.min > counted) {
    BYEOL_TRY(const NodeId more, next_item(array.rest.child));
    follows = builder_.repeat(more, std::max<std::int64_t>(array.min - counted, 0), left(counted));
  }
  for (std::int64_t at = counted - 1; at >= 0; --at) {
    if (!within_limit(at + 1, array.max)) {
      follows = builder_.empty();
      continue;
    }
    const Child child =
        at < prefix ? array.prefix[static_cast<std::size_t>(at)].child : array.rest.child;
    BYEOL_TRY(const NodeId here, at == 0 ? item(child) : next_item(child));
    follows = builder_.sequence({here, follows});
    if (array.min <= at) follows = builder_.optional(follows);
  }
  return builder_.sequence({open_array_, follows, close_array_});
}

}  // namespace byeol::constrain
