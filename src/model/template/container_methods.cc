// Methods of lists, mappings, loop and cycler. Of the methods that change a list only append is
// there: Hugging Face's sandbox forbids them all, but templates written for other engines use it.
#include <algorithm>

#include "model/template/call.h"
#include "model/template/compare.h"

namespace byeol::model::jinja {
namespace {

Result<Value> append(Call& call) {
  call.heap.grow(1);
  if (call.budget().spend(1)) call.self.list().items.push_back(*call.argument(0));
  return none();
}

Result<Value> index(Call& call) {
  const auto& items = call.self.list().items;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (equal(call.budget(), items[i], *call.argument(0)))
      return Value(static_cast<std::int64_t>(i));
  return bad_argument("the value is not in the list");
}

Result<Value> count(Call& call) {
  const auto& items = call.self.list().items;
  return Value(
      static_cast<std::int64_t>(std::count_if(items.begin(), items.end(), [&](const Value& item) {
        return equal(call.budget(), item, *call.argument(0));
      })));
}

Result<Value> copy_list(Call& call) {
  std::vector<Value> items = call.self.list().items;
  return call.heap.sequence(std::move(items));
}

Result<Value> get(Call& call) {
  const Value& key = *call.argument(0);
  if (!is_key(call.budget(), key))
    return bad_argument(std::string("a ") + kind_name(key.kind()) +
                        " cannot be a key of a mapping");
  if (const Value* found = call.self.mapping().find(key)) return *found;
  return call.argument(1) ? *call.argument(1) : none();
}

Result<Value> items(Call& call) {
  std::vector<Value> pairs;
  for (const auto& [key, value] : call.self.mapping().entries)
    pairs.push_back(call.heap.sequence({key, value}, Kind::kTuple));
  return call.heap.sequence(std::move(pairs));
}

Result<Value> keys(Call& call) {
  BYEOL_TRY(std::vector<Value> found, items_of(call.heap, call.self));
  return call.heap.sequence(std::move(found));
}

Result<Value> values(Call& call) {
  std::vector<Value> found;
  for (const auto& [key, value] : call.self.mapping().entries) found.push_back(value);
  return call.heap.sequence(std::move(found));
}

Result<Value> copy_mapping(Call& call) {
  Mapping& copy = call.heap.make<Mapping>();
  const Mapping& self = call.self.mapping();
  call.heap.grow(2 * self.entries.size());
  if (!call.budget().spend(self.entries.size())) return none();
  for (const auto& [key, value] : self.entries) copy.set(key, value);
  return Value(&copy);
}

Result<Value> loop_cycle(Call& call) {
  const auto& values_given = call.arguments.positional;
  if (values_given.empty()) return bad_argument("'loop.cycle' expected an argument");
  return values_given[call.self.object<Loop>().index0 % values_given.size()];
}

Result<Value> loop_changed(Call& call) {
  Loop& loop = call.self.object<Loop>();
  const auto& now = call.arguments.positional;
  const bool same =
      loop.index0 > 0 &&
      std::equal(now.begin(), now.end(), loop.last_changed.begin(), loop.last_changed.end(),
                 [&](const Value& a, const Value& b) { return equal(call.budget(), a, b); });
  call.heap.grow(now.size());
  loop.last_changed = now;
  return Value(!same);
}

Result<Value> cycler_next(Call& call) {
  Cycler& cycler = call.self.object<Cycler>();
  const Value now = cycler.items[cycler.position];
  cycler.position = (cycler.position + 1) % cycler.items.size();
  return now;
}

Result<Value> cycler_reset(Call& call) {
  call.self.object<Cycler>().position = 0;
  return none();
}

constexpr Native kListMethods[] = {
    {"append", "object", 1, append},
    {"index", "value", 1, index},
    {"count", "value", 1, count},
    {"copy", "", 0, copy_list},
};
constexpr Native kMappingMethods[] = {
    {"get", "key default", 1, get}, {"items", "", 0, items},       {"keys", "", 0, keys},
    {"values", "", 0, values},      {"copy", "", 0, copy_mapping},
};
constexpr Native kLoopMethods[] = {
    {"cycle", "…", 0, loop_cycle},
    {"changed", "…", 0, loop_changed},
};
constexpr Native kCyclerMethods[] = {
    {"next", "", 0, cycler_next},
    {"reset", "", 0, cycler_reset},
};

}  // namespace

std::span<const Native> list_methods() {
  return kListMethods;
}
std::span<const Native> mapping_methods() {
  return kMappingMethods;
}
std::span<const Native> loop_methods() {
  return kLoopMethods;
}
std::span<const Native> cycler_methods() {
  return kCyclerMethods;
}

}  // namespace byeol::model::jinja
