#include "model/template/from_json.h"

#include <limits>

#include "model/template/call.h"

namespace byeol::model::jinja {

namespace {

Status check_depth(int depth) {
  if (depth <= kMaxValueNesting) return ok();
  return bad_argument("the JSON is nested deeper than " + std::to_string(kMaxValueNesting) +
                      " levels");
}

}  // namespace

Status check_nesting(const nlohmann::ordered_json& json, int depth) {
  BYEOL_TRY_OK(check_depth(depth));
  for (const auto& element : json)
    if (element.is_structured()) BYEOL_TRY_OK(check_nesting(element, depth + 1));
  return ok();
}

Result<Value> from_json(Heap& heap, const nlohmann::ordered_json& json, int depth) {
  BYEOL_TRY_OK(check_depth(depth));
  switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean:
      return Value(json.get<bool>());
    case nlohmann::ordered_json::value_t::number_integer:
      return Value(json.get<std::int64_t>());
    case nlohmann::ordered_json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return Value(static_cast<double>(number));
      return Value(static_cast<std::int64_t>(number));
    }
    case nlohmann::ordered_json::value_t::number_float:
      return Value(json.get<double>());
    case nlohmann::ordered_json::value_t::string:
      return heap.text(json.get<std::string>());
    case nlohmann::ordered_json::value_t::array: {
      std::vector<Value> items;
      for (const auto& element : json) {
        BYEOL_TRY(Value item, from_json(heap, element, depth + 1));
        items.push_back(std::move(item));
      }
      return heap.sequence(std::move(items));
    }
    case nlohmann::ordered_json::value_t::object: {
      Mapping& mapping = heap.make<Mapping>();
      for (const auto& [key, element] : json.items()) {
        BYEOL_TRY(Value item, from_json(heap, element, depth + 1));
        heap.grow(2);
        mapping.set(heap.text(key), std::move(item));
      }
      return Value(&mapping);
    }
    default:
      return none();
  }
}

}  // namespace byeol::model::jinja
