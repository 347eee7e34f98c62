#include "model/template/value.h"

#include <limits>

#include "model/template/compare.h"

namespace byeol::model::jinja {
namespace {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kIndexFrom = 16;  // Fewer entries are found faster by walking.

}  // namespace

Value::Value(List* list) : data_(static_cast<Object*>(list)) {}
Value::Value(Mapping* mapping) : data_(static_cast<Object*>(mapping)) {}

Kind Value::kind() const {
  switch (data_.index()) {
    case 0:
      return Kind::kUndefined;
    case 1:
      return Kind::kNone;
    case 2:
      return Kind::kBoolean;
    case 3:
      return Kind::kInteger;
    case 4:
      return Kind::kFloat;
    case 5:
      return Kind::kString;
    default:
      return std::get<Object*>(data_)->kind;
  }
}

bool Value::is_sequence() const {
  const Kind own = kind();
  return own == Kind::kList || own == Kind::kTuple || own == Kind::kGenerator;
}

bool Value::is_number() const {
  const Kind own = kind();
  return own == Kind::kBoolean || own == Kind::kInteger || own == Kind::kFloat;
}

std::int64_t Value::integer() const {
  if (const bool* boolean = std::get_if<bool>(&data_)) return *boolean ? 1 : 0;
  return std::get<std::int64_t>(data_);
}

double Value::number() const {
  if (const double* number = std::get_if<double>(&data_)) return *number;
  return static_cast<double>(integer());
}

List& Value::list() const {
  return object<List>();
}
Mapping& Value::mapping() const {
  return object<Mapping>();
}

const void* Value::identity() const {
  if (Object* const* object = std::get_if<Object*>(&data_)) return *object;
  if (const String* string = std::get_if<String>(&data_)) return string->get();
  return nullptr;
}

std::string_view Value::why_undefined() const {
  const String& why = std::get<Undefined>(data_).why;
  return why ? std::string_view(why->bytes()) : "the value is undefined";
}

bool Mapping::KeyBefore::operator()(const Value& a, const Value& b) const {
  return order_keys(a, b) < 0;
}
bool Mapping::KeyBefore::operator()(const Value& a, std::string_view b) const {
  return order_keys(a, b) < 0;
}
bool Mapping::KeyBefore::operator()(std::string_view a, const Value& b) const {
  return order_keys(b, a) > 0;
}

template <typename Key>
std::size_t Mapping::index_of(const Key& key) const {
  if (!index_.empty()) {
    const auto found = index_.find(key);
    return found == index_.end() ? kNowhere : found->second;
  }
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (order_keys(entries[i].first, key) == 0) return i;
  return kNowhere;
}

const Value* Mapping::find(const Value& key) const {
  const std::size_t at = index_of(key);
  return at == kNowhere ? nullptr : &entries[at].second;
}

const Value* Mapping::find(std::string_view key) const {
  const std::size_t at = index_of(key);
  return at == kNowhere ? nullptr : &entries[at].second;
}

void Mapping::set(Value key, Value value) {
  if (const std::size_t at = index_of(key); at != kNowhere) {
    entries[at].second = std::move(value);
    return;
  }
  entries.emplace_back(std::move(key), std::move(value));
  if (!index_.empty()) {
    index_.emplace(entries.back().first, entries.size() - 1);
  } else if (entries.size() == kIndexFrom) {
    for (std::size_t i = 0; i < entries.size(); ++i) index_.emplace(entries[i].first, i);
  }
}

Heap::~Heap() {
  // Values inside objects are views of other objects and shared strings: any order is right.
  objects_.clear();
  budget_.release(held_bytes_);
}

String Heap::hold_text(std::string bytes) {
  if (!budget_.hold(Text::memory_of(bytes.size()))) return nullptr;
  return std::make_shared<Text>(std::move(bytes), &budget_);
}

Value Heap::text(std::string bytes) {
  if (!budget_.allows_text(bytes.size())) return constant_text("");
  String held = hold_text(std::move(bytes));
  return held ? Value(std::move(held)) : constant_text("");
}

Value Heap::sequence(std::vector<Value> items, Kind kind) {
  List& list = make<List>(kind);
  hold(items.size() * sizeof(Value));
  budget_.spend(items.size());
  list.items = std::move(items);
  return Value(&list);
}

Value Heap::undefined(std::string_view why) {
  return Value(Value::Undefined{hold_text(std::string(why))});
}

Value constant_text(std::string bytes) {
  return Value(String(std::make_shared<Text>(std::move(bytes), nullptr)));
}

}  // namespace byeol::model::jinja
