#include "model/template/select_key.h"

#include <algorithm>

#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/text.h"

namespace byeol::model::jinja {

Result<KeyPath> KeyPath::parse(Heap& heap, const Value* attribute) {
  KeyPath path;
  if (!attribute || attribute->is(Kind::kNone)) return path;
  if (attribute->is(Kind::kInteger)) {
    path.parts_.push_back(*attribute);
    return path;
  }
  if (!attribute->is(Kind::kString))
    return bad_argument(std::string("expected the name of an attribute, found ") +
                        kind_name(attribute->kind()));
  std::string_view rest = attribute->string();
  for (;;) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, dot);
    const bool is_index = !part.empty() && part.size() < 10 &&
                          part.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_index)
      path.parts_.push_back(Value(static_cast<std::int64_t>(std::stoi(std::string(part)))));
    else
      path.parts_.push_back(heap.text(std::string(part)));
    if (dot == rest.size()) return path;
    rest.remove_prefix(dot + 1);
  }
}

Result<Value> KeyPath::of(Interpreter& interpreter, const Value& item) const {
  interpreter.budget().spend(1 + parts_.size());
  Value value = item;
  for (const Value& part : parts_) {
    BYEOL_TRY(value, interpreter.item(value, part));
  }
  return value;
}

Value comparison_key(Heap& heap, const Value& value, bool case_sensitive) {
  if (case_sensitive || !value.is(Kind::kString)) return value;
  return heap.text(to_lower(value.string()));
}

}  // namespace byeol::model::jinja
