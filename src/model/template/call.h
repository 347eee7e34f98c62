// How the interpreter calls what is written in C++: filters, tests, methods and global functions.
//
// Each is a row of a table: a name, the names of its parameters as Python has them, and a function.
// The interpreter binds positional and named arguments to parameters before the call, so a wrong
// argument is one sentence everywhere. Errors carry no place: the interpreter adds line and column.
// It also charges for the bytes of all strings given; a function that looks at them more often than
// that, or at strings inside of lists, charges for it itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

class Interpreter;

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

// One call. Arguments that were not given are absent (null), which differs from undefined.
struct Call {
  Interpreter& interpreter;
  Heap& heap;
  const Value& self;                // The filtered or tested value, or the method's object.
  std::vector<const Value*> bound;  // One for each parameter.
  const Arguments& arguments;       // As written; all there is for a variadic function.

  Budget& budget() { return heap.budget(); }
  const Value* argument(std::size_t index) const { return bound[index]; }
  bool flag(std::size_t index, bool otherwise) const;
  Result<std::int64_t> whole_number(std::size_t index, std::int64_t otherwise) const;
  Result<std::string_view> text(std::size_t index, std::string_view otherwise) const;
};

struct Native {
  std::string_view name;
  // "width first blank": names in order; "…" alone: any arguments, taken from Call::arguments.
  std::string_view parameters;
  std::size_t required;
  Result<Value> (*function)(Call& call);
};

Result<std::vector<const Value*>> bind(const Native& native, const Arguments& arguments);

const Native* find_filter(std::string_view name);
const Native* find_test(std::string_view name);
const Native* find_global(std::string_view name);
const Native* find_method(Kind kind, std::string_view name);

// The tables behind them, one file each.
std::span<const Native> text_filters();
std::span<const Native> value_filters();
std::span<const Native> sequence_filters();
std::span<const Native> selection_filters();
std::span<const Native> predicates();
std::span<const Native> globals();
std::span<const Native> string_methods();
std::span<const Native> string_searches();
std::span<const Native> list_methods();
std::span<const Native> mapping_methods();
std::span<const Native> loop_methods();
std::span<const Native> cycler_methods();

// The items of anything that can be walked: a list, the keys of a mapping, the code points of a
// string, nothing of an undefined value. A generator is empty afterwards.
Result<std::vector<Value>> items_of(Heap& heap, const Value& value);

inline Error bad_argument(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace byeol::model::jinja
