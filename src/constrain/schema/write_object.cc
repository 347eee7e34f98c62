// Objects, before they become chains of properties.
#include "constrain/schema/object_chain.h"
#include "constrain/schema/writer.h"

namespace byeol::constrain {
namespace {

// A class of so few names is written name by name, so that none comes twice.
constexpr std::size_t kFewNames = 64;
// Properties that must be there, whichever they are.
constexpr std::size_t kMostExisting = 16;

}  // namespace

Result<NodeId> Writer::object(const ObjectForm& object) {
  return this->object(object, std::nullopt);
}

Result<NodeId> Writer::object(ObjectForm object, const std::optional<NameClass>& some) {
  std::vector<NameClass> large;
  for (NameClass& one : object.others) {
    const auto names = one.names.is_anything() ? std::nullopt : one.names.texts(kFewNames);
    if (!names) {
      large.push_back(std::move(one));
      continue;
    }
    for (const std::string& name : *names) {
      bool known = false;
      for (const Property& property : object.properties) known = known || property.name == name;
      if (!known) object.properties.push_back({name, one.child});
    }
  }
  object.others = std::move(large);
  if (!object.exists.empty()) return with_existing(std::move(object), some);
  ObjectChain chain(*this, object, some);
  return chain.write();
}

Result<NodeId> Writer::with_existing(ObjectForm object, const std::optional<NameClass>& some) {
  const Exists wanted = object.exists.back();
  if (object.exists.size() > kMostExisting)
    return refused(wanted.path, "beside more than " + std::to_string(kMostExisting) +
                                    " others of its kind it cannot be kept");
  object.exists.pop_back();
  Schemas& schemas = forms_.schemas();
  std::vector<NodeId> ways;
  for (const Property& property : object.properties) {
    const Child child = schemas.both(property.child, wanted.child);
    if (child == kNoChild || !wanted.names.contains(property.name)) continue;
    BYEOL_TRY_OK(
        forms_.budget().spend(static_cast<std::int64_t>(object.properties.size()), "the schema"));
    ObjectForm with = object;
    for (Property& same : with.properties)
      if (same.name == property.name) {
        same.child = child;
        same.required = true;
      }
    BYEOL_TRY(const NodeId node, this->object(std::move(with), some));
    ways.push_back(node);
  }
  for (const NameClass& other : object.others) {
    NameClass one{Language::nothing(), schemas.both(other.child, wanted.child)};
    BYEOL_TRY(one.names, other.names.intersect(wanted.names, forms_.budget()));
    if (one.child == kNoChild || one.names.is_empty()) continue;
    // A name of this class may be written again: whoever reads it keeps the last one's value.
    if (one.child != other.child)
      return refused(wanted.path, "a value that any property must have, whichever, cannot be kept");
    if (some)
      return refused(wanted.path,
                     "several properties of any name that must be there cannot be kept");
    BYEOL_TRY(const NodeId node, this->object(object, one));
    ways.push_back(node);
  }
  return builder_.choice(std::move(ways));
}

}  // namespace byeol::constrain
