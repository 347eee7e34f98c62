// One place that knows all tables of functions: names → rows, built once.
#include <unordered_map>

#include "model/template/call.h"

namespace byeol::model::jinja {
namespace {

using Index = std::unordered_map<std::string_view, const Native*>;

Index index_of(std::initializer_list<std::span<const Native>> tables) {
  Index index;
  for (const std::span<const Native> table : tables)
    for (const Native& native : table) index.emplace(native.name, &native);
  return index;
}

const Native* find(const Index& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

const Native* find_filter(std::string_view name) {
  static const Index index =
      index_of({text_filters(), value_filters(), sequence_filters(), selection_filters()});
  return find(index, name);
}

const Native* find_test(std::string_view name) {
  static const Index index = index_of({predicates()});
  return find(index, name);
}

const Native* find_global(std::string_view name) {
  static const Index index = index_of({globals()});
  return find(index, name);
}

const Native* find_method(Kind kind, std::string_view name) {
  static const Index of_strings = index_of({string_methods(), string_searches()});
  static const Index of_lists = index_of({list_methods()});
  static const Index of_mappings = index_of({mapping_methods()});
  static const Index of_loops = index_of({loop_methods()});
  static const Index of_cyclers = index_of({cycler_methods()});
  switch (kind) {
    case Kind::kString:
      return find(of_strings, name);
    case Kind::kList:
      return find(of_lists, name);
    case Kind::kMapping:
      return find(of_mappings, name);
    case Kind::kLoop:
      return find(of_loops, name);
    case Kind::kCycler:
      return find(of_cyclers, name);
    default:
      return nullptr;
  }
}

}  // namespace byeol::model::jinja
