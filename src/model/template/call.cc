#include "model/template/call.h"

#include <algorithm>

#include "model/template/compare.h"
#include "model/template/quote.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    found.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

Error wrong_type(const char* expected, const Value& found) {
  if (found.is(Kind::kUndefined)) return undefined_error(found);
  return bad_argument(std::string("expected ") + expected + " as argument, found " +
                      kind_name(found.kind()));
}

}  // namespace

bool Call::flag(std::size_t index, bool otherwise) const {
  return bound[index] ? is_true(*bound[index]) : otherwise;
}

Result<std::int64_t> Call::whole_number(std::size_t index, std::int64_t otherwise) const {
  const Value* value = bound[index];
  if (!value) return otherwise;
  if (!value->is(Kind::kInteger) && !value->is(Kind::kBoolean))
    return wrong_type("an integer", *value);
  return value->integer();
}

Result<std::string_view> Call::text(std::size_t index, std::string_view otherwise) const {
  const Value* value = bound[index];
  if (!value) return otherwise;
  if (!value->is(Kind::kString)) return wrong_type("a string", *value);
  return std::string_view(value->string());
}

Result<std::vector<const Value*>> bind(const Native& native, const Arguments& arguments) {
  std::vector<const Value*> bound;
  if (native.parameters == "…") return bound;
  const std::vector<std::string_view> names = words(native.parameters);
  const std::string function = quoted(native.name) + " ";
  bound.resize(names.size(), nullptr);
  if (arguments.positional.size() > names.size())
    return bad_argument(function + "takes at most " + std::to_string(names.size()) +
                        " arguments, found " + std::to_string(arguments.positional.size()));
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) bound[i] = &arguments.positional[i];
  for (const auto& [name, value] : arguments.named) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      return bad_argument(function + "has no parameter " + quoted(name) +
                          (names.empty() ? "" : "; expected " + std::string(native.parameters)));
    const Value*& slot = bound[static_cast<std::size_t>(found - names.begin())];
    if (slot) return bad_argument(function + "was given " + quoted(name) + " twice");
    slot = &value;
  }
  for (std::size_t i = 0; i < native.required; ++i)
    if (!bound[i]) return bad_argument(function + "expected an argument " + quoted(names[i]));
  return bound;
}

Result<std::vector<Value>> items_of(Heap& heap, const Value& value) {
  std::vector<Value> items;
  switch (value.kind()) {
    case Kind::kUndefined:
      return items;
    case Kind::kString: {
      const std::string& text = value.string();
      for (std::size_t at = 0; at < text.size() && heap.budget().spend(1);) {
        const std::size_t bytes = code_point_at(text, at).bytes;
        items.push_back(heap.text(text.substr(at, bytes)));
        at += bytes;
      }
      return items;
    }
    case Kind::kList:
    case Kind::kTuple:
      heap.budget().spend(value.list().items.size());
      return value.list().items;
    case Kind::kGenerator:
      heap.budget().spend(value.list().items.size());
      return std::exchange(value.list().items, {});
    case Kind::kMapping:
      heap.budget().spend(value.mapping().entries.size());
      for (const auto& [key, unused] : value.mapping().entries) items.push_back(key);
      return items;
    default:
      return bad_argument(std::string("expected something to walk (a list, mapping or string), "
                                      "found ") +
                          kind_name(value.kind()));
  }
}

}  // namespace byeol::model::jinja
