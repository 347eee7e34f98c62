// The normal form of a schema: a union of alternatives, each of one type with what it may be.
//
// What stands inside arrays and objects stays unread: a Child is a set of schemas that all hold
// (some of them negated), read when it is needed. So forms of schemas that contain themselves are
// finite, and two forms are intersected without going down.
//
// Threads: plain values.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "constrain/regular/language.h"
#include "constrain/regular/numbers.h"
#include "constrain/schema/json.h"

namespace byeol::constrain {

using Literal = std::int32_t;  // 2 * a schema's number, + 1: its negation.
using Child = std::int32_t;    // A set of literals that all hold.
inline constexpr Child kAnyChild = 0, kNoChild = 1;

struct NullForm {};

struct BooleanForm {
  bool may_be_true = true, may_be_false = true;
};

struct NumberForm {
  NumberLimits limits;
  std::optional<Language> spellings;  // Beside the limits; of numbers only.
};

struct StringForm {
  std::optional<Language> language;
  std::int64_t min = 0, max = kUnlimited;  // Characters.
  std::string path = "";                   // Of the pattern or format, for errors.
};

// "Evaluated": a keyword of the schema spoke about it, so its unevaluated… keyword does not.
struct Item {
  Child child = kAnyChild;
  bool evaluated = false;
};

struct Contains {
  Literal literal;
  std::int64_t min = 1, max = kUnlimited;
  std::int64_t from = 0;  // Items before this one do not count.
};

struct ArrayForm {
  std::vector<Item> prefix;
  Item rest;
  std::int64_t min = 0, max = kUnlimited;
  std::vector<Contains> contains;
  std::string unique;  // The path of uniqueItems; empty: items may be equal.
};

struct Property {
  std::string name;
  Child child = kAnyChild;  // kNoChild: it must be absent.
  bool required = false, evaluated = false;
};

struct NameClass {
  Language names = Language::anything();
  Child child = kAnyChild;
  bool evaluated = false;
};

// A property, whichever, whose name and value are these.
struct Exists {
  Language names;
  Child child;
  std::string path;  // Of the keyword that asks for it.
};

struct ObjectForm {
  std::vector<Property> properties;
  // Disjoint. A name that is no property's and in none of them is not allowed.
  std::vector<NameClass> others = {NameClass{}};
  std::int64_t min = 0, max = kUnlimited;
  std::vector<Exists> exists;
  std::string min_path = "";  // Of the keyword that asks for `min`, for errors.
};

// One array or object, written as it stands in the schema.
struct ValueForm {
  Json value;
};

using Alternative =
    std::variant<NullForm, BooleanForm, NumberForm, StringForm, ArrayForm, ObjectForm, ValueForm>;

struct Form {
  bool anything = false;  // Then the alternatives are all types, unlimited.
  std::vector<Alternative> alternatives;

  static Form any();
  static Form of(Alternative alternative) { return {false, {std::move(alternative)}}; }
};

// Numbers that are spelled so.
NumberForm numbers_of(Language spellings);

// Upper limits, of which kUnlimited is the largest.
inline std::int64_t smaller_limit(std::int64_t a, std::int64_t b) {
  if (a == kUnlimited) return b;
  return b == kUnlimited || a < b ? a : b;
}
inline bool within_limit(std::int64_t value, std::int64_t max) {
  return max == kUnlimited || value <= max;
}

}  // namespace byeol::constrain
