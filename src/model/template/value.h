// The values that a template computes with: Python's, as far as templates can see them.
//
// Strings are shared and immutable; they count code points where Python does (text.h). Lists,
// mappings and the other objects are owned by the rendering's Heap and never freed before its end,
// so that a cycle made with append() costs nothing but its bytes. A Value must not outlive its
// Heap. Integers have 64 bits; what Python would widen is an error.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/template/budget.h"

namespace byeol::model::jinja {

// A string, charged to the budget (if any) as long as it lives.
class Text {
 public:
  static std::size_t memory_of(std::size_t bytes) { return bytes + kOverheadBytes; }

  // The caller has held memory_of(bytes.size()).
  Text(std::string bytes, Budget* budget) : bytes_(std::move(bytes)), budget_(budget) {}
  ~Text() {
    if (budget_) budget_->release(memory_of(bytes_.size()));
  }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  const std::string& bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kOverheadBytes = 80;  // The object, its counters and malloc's own.

  std::string bytes_;
  Budget* budget_;
};
using String = std::shared_ptr<const Text>;

enum class Kind {
  kUndefined,
  kNone,
  kBoolean,
  kInteger,
  kFloat,
  kString,
  kList,
  kTuple,
  kGenerator,  // What map(), select() … give: walked once, always true, without a length.
  kMapping,
  kNamespace,
  kLoop,
  kCycler,
  kJoiner,
  kCallable,  // A macro, a caller() or a function of ours.
};

struct Object {
  explicit Object(Kind object_kind) : kind(object_kind) {}
  virtual ~Object() = default;
  const Kind kind;
};

struct List;
struct Mapping;
struct Scope;
struct ForStatement;
struct MacroStatement;
struct Native;

class Value {
 public:
  struct Undefined {
    String why;  // The sentence of the error that using it gives.
  };
  struct None {};

  Value() = default;  // Undefined, for no reason worth telling.
  explicit Value(Undefined undefined) : data_(std::move(undefined)) {}
  explicit Value(None none) : data_(none) {}
  explicit Value(bool boolean) : data_(boolean) {}
  explicit Value(std::int64_t integer) : data_(integer) {}
  explicit Value(double number) : data_(number) {}
  explicit Value(String string) : data_(std::move(string)) {}
  explicit Value(Object* object) : data_(object) {}
  template <typename T>
  explicit Value(T*) = delete;  // No pointer becomes a boolean by accident.
  explicit Value(List* list);
  explicit Value(Mapping* mapping);

  Kind kind() const;
  bool is(Kind wanted) const { return kind() == wanted; }
  bool is_sequence() const;  // A list, tuple or generator.
  bool is_number() const;    // A boolean too, as in Python.

  bool boolean() const { return std::get<bool>(data_); }
  std::int64_t integer() const;  // Of a boolean or an integer.
  double number() const;         // Of a boolean, an integer or a float.
  const std::string& string() const { return std::get<String>(data_)->bytes(); }
  List& list() const;
  Mapping& mapping() const;
  template <typename T>
  T& object() const {
    return static_cast<T&>(*std::get<Object*>(data_));
  }
  const void* identity() const;  // Null for what has none.
  std::string_view why_undefined() const;

 private:
  std::variant<Undefined, None, bool, std::int64_t, double, String, Object*> data_;
};

struct List : Object {
  explicit List(Kind sequence_kind) : Object(sequence_kind) {}
  std::vector<Value> items;
};

// Keeps the order of insertion. Keys are None, numbers, strings and tuples of these. Ordered inside
// rather than hashed: no choice of keys makes a look-up slow.
struct Mapping : Object {
  Mapping() : Object(Kind::kMapping) {}
  const Value* find(const Value& key) const;
  const Value* find(std::string_view key) const;
  void set(Value key, Value value);  // An old key keeps its place.

  std::vector<std::pair<Value, Value>> entries;

 private:
  struct KeyBefore {
    using is_transparent = void;
    bool operator()(const Value& a, const Value& b) const;
    bool operator()(const Value& a, std::string_view b) const;
    bool operator()(std::string_view a, const Value& b) const;
  };
  template <typename Key>
  std::size_t index_of(const Key& key) const;

  std::map<Value, std::size_t, KeyBefore> index_;  // Key → entry, once there are many.
};

struct Namespace : Object {
  Namespace() : Object(Kind::kNamespace) {}
  Mapping attributes;
};

// What `loop` is inside a for block.
struct Loop : Object {
  Loop() : Object(Kind::kLoop) {}
  std::vector<Value> items;
  std::size_t index0 = 0;
  std::int64_t depth0 = 0;
  std::vector<Value> last_changed;      // The arguments of the last loop.changed().
  const ForStatement* block = nullptr;  // Of a recursive loop, which can be called.
  Scope* scope = nullptr;               // Where that statement stands.
};

struct Cycler : Object {
  Cycler() : Object(Kind::kCycler) {}
  std::vector<Value> items;
  std::size_t position = 0;
};

struct Joiner : Object {
  Joiner() : Object(Kind::kJoiner) {}
  Value separator;
  bool used = false;
};

// Either a function of ours (a method with its object) or a macro with the scope it was defined in.
struct Callable : Object {
  Callable() : Object(Kind::kCallable) {}
  const Native* native = nullptr;
  Value self;
  const MacroStatement* macro = nullptr;
  Scope* scope = nullptr;
};

class Heap {
 public:
  explicit Heap(Budget& budget) : budget_(budget) {}
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  Budget& budget() { return budget_; }

  template <typename T, typename... Arguments>
  T& make(Arguments&&... arguments) {
    hold(sizeof(T) + sizeof(void*));
    auto object = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    T& made = *object;
    objects_.push_back(std::move(object));
    return made;
  }
  // Once the budget is exhausted these give empty values; the interpreter stops at its next look.
  Value text(std::string bytes);
  Value sequence(std::vector<Value> items, Kind kind = Kind::kList);
  void grow(std::size_t items) { hold(items * 2 * sizeof(Value)); }  // A container gains items.
  Value undefined(std::string_view why);

 private:
  void hold(std::size_t bytes) {
    if (budget_.hold(bytes)) held_bytes_ += bytes;
  }
  String hold_text(std::string bytes);  // Null if the budget is exhausted.

  Budget& budget_;
  std::size_t held_bytes_ = 0;
  std::vector<std::unique_ptr<Object>> objects_;
};

// A string that belongs to the compiled template, not to a rendering.
Value constant_text(std::string bytes);

inline Value none() {
  return Value(Value::None{});
}

}  // namespace byeol::model::jinja
