// What a template can call by name.
#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/print.h"
#include "model/template/time_format.h"

namespace byeol::model::jinja {
namespace {

Result<Value> range(Call& call) {
  BYEOL_TRY(std::int64_t start, call.whole_number(0, 0));
  BYEOL_TRY(std::int64_t stop, call.whole_number(1, 0));
  BYEOL_TRY(const std::int64_t step, call.whole_number(2, 1));
  if (!call.argument(1)) stop = std::exchange(start, 0);
  if (step == 0) return bad_argument("the step of range() is 0; expected another number");
  std::vector<Value> numbers;
  for (std::int64_t at = start; step > 0 ? at < stop : at > stop;) {
    if (static_cast<std::int64_t>(numbers.size()) == kMaxRange)
      return Error{ErrorCode::kUnsupported,
                   "range() has more than " + std::to_string(kMaxRange) + " numbers"};
    numbers.push_back(Value(at));
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return call.heap.sequence(std::move(numbers));
}

// dict(pairs or mapping, name=value …)
Status fill_mapping(Call& call, Mapping& mapping) {
  const auto& positional = call.arguments.positional;
  if (positional.size() > 1) return bad_argument("expected at most one mapping");
  const auto set = [&](const Value& key, const Value& value) -> Status {
    if (!is_key(call.budget(), key))
      return bad_argument(std::string("a ") + kind_name(key.kind()) +
                          " cannot be a key of a mapping");
    call.heap.grow(2);
    mapping.set(key, value);
    return ok();
  };
  if (!positional.empty() && positional[0].is(Kind::kMapping)) {
    for (const auto& [key, value] : positional[0].mapping().entries) BYEOL_TRY_OK(set(key, value));
  } else if (!positional.empty()) {
    BYEOL_TRY(const std::vector<Value> pairs, items_of(call.heap, positional[0]));
    for (const Value& pair : pairs) {
      BYEOL_TRY(const std::vector<Value> parts, items_of(call.heap, pair));
      if (parts.size() != 2) return bad_argument("expected pairs of a key and a value");
      BYEOL_TRY_OK(set(parts[0], parts[1]));
    }
  }
  for (const auto& [name, value] : call.arguments.named)
    BYEOL_TRY_OK(set(call.heap.text(name), value));
  return ok();
}

Result<Value> dict(Call& call) {
  Mapping& mapping = call.heap.make<Mapping>();
  BYEOL_TRY_OK(fill_mapping(call, mapping));
  return Value(&mapping);
}

Result<Value> make_namespace(Call& call) {
  Namespace& made = call.heap.make<Namespace>();
  BYEOL_TRY_OK(fill_mapping(call, made.attributes));
  return Value(static_cast<Object*>(&made));
}

Result<Value> cycler(Call& call) {
  if (call.arguments.positional.empty()) return bad_argument("'cycler' expected an argument");
  Cycler& made = call.heap.make<Cycler>();
  call.heap.grow(call.arguments.positional.size());
  made.items = call.arguments.positional;
  return Value(static_cast<Object*>(&made));
}

Result<Value> joiner(Call& call) {
  Joiner& made = call.heap.make<Joiner>();
  made.separator = call.argument(0) ? *call.argument(0) : constant_text(", ");
  return Value(static_cast<Object*>(&made));
}

Result<Value> raise_exception(Call& call) {
  return bad_argument(to_text(call.budget(), *call.argument(0)));
}

Result<Value> strftime_now(Call& call) {
  BYEOL_TRY(const std::string_view format, call.text(0, ""));
  if (!call.budget().spend(format.size())) return none();
  BYEOL_TRY(std::string text, format_time(format, call.interpreter.now_seconds()));
  return call.heap.text(std::move(text));
}

constexpr Native kGlobals[] = {
    {"range", "start stop step", 1, range},
    {"dict", "…", 0, dict},
    {"namespace", "…", 0, make_namespace},
    {"cycler", "…", 0, cycler},
    {"joiner", "sep", 0, joiner},
    {"raise_exception", "message", 1, raise_exception},
    {"strftime_now", "format", 1, strftime_now},
};

}  // namespace

std::span<const Native> globals() {
  return kGlobals;
}

}  // namespace byeol::model::jinja
