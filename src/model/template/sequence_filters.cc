// Filters on lists, mappings and whatever else can be walked.
#include <algorithm>

#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/print.h"
#include "model/template/select_key.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

Result<Value> first(Call& call) {
  BYEOL_TRY(std::vector<Value> items, items_of(call.heap, call.self));
  if (items.empty()) return call.heap.undefined("No first item, sequence was empty.");
  return std::move(items.front());
}

Result<Value> last(Call& call) {
  if (call.self.is(Kind::kGenerator))
    return bad_argument("'last' expected a list, found generator");
  BYEOL_TRY(std::vector<Value> items, items_of(call.heap, call.self));
  if (items.empty()) return call.heap.undefined("No last item, sequence was empty.");
  return std::move(items.back());
}

Result<Value> list(Call& call) {
  BYEOL_TRY(std::vector<Value> items, items_of(call.heap, call.self));
  return call.heap.sequence(std::move(items));
}

Result<Value> reverse(Call& call) {
  if (call.self.is(Kind::kString)) return call.heap.text(reversed(call.self.string()));
  BYEOL_TRY(std::vector<Value> items, items_of(call.heap, call.self));
  std::reverse(items.begin(), items.end());
  return call.heap.sequence(std::move(items), Kind::kGenerator);
}

Result<Value> join(Call& call) {
  const std::string separator = call.argument(0) ? to_text(call.budget(), *call.argument(0)) : "";
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, call.argument(1)));
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  std::string text;
  bool is_first = true;
  for (const Value& item : items) {
    BYEOL_TRY(const Value value, path.of(call.interpreter, item));
    const std::string part = to_text(call.budget(), value);
    if (!call.budget().fits_text(text.size() + separator.size() + part.size())) break;
    if (!is_first) text += separator;
    text += part;
    is_first = false;
  }
  return call.heap.text(std::move(text));
}

struct Keyed {
  std::vector<Value> keys;
  Value item;
};

// A stable sort by keys; the first pair that has no order is the error.
Status sort_by_keys(Budget& budget, std::vector<Keyed>& rows, bool descending) {
  Status status = ok();
  const auto before = [&](const Keyed& a, const Keyed& b) {
    for (std::size_t i = 0; i < a.keys.size() && status && !budget.exhausted(); ++i) {
      if (equal(budget, a.keys[i], b.keys[i])) continue;  // Two undefined ones, say.
      Result<std::partial_ordering> found = order(budget, a.keys[i], b.keys[i]);
      if (!found) {
        status = std::move(found.error());
        return false;
      }
      if (*found != 0) return descending ? *found > 0 : *found < 0;
    }
    return false;
  };
  std::stable_sort(rows.begin(), rows.end(), before);
  return status;
}

Result<std::vector<Keyed>> keyed_rows(Call& call, const Value* attribute, bool case_sensitive) {
  std::vector<KeyPath> paths;
  if (attribute && attribute->is(Kind::kString)) {
    std::string_view rest = attribute->string();
    for (;;) {  // "a,b.c": by a, then by b.c.
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const Value name = call.heap.text(std::string(rest.substr(0, comma)));
      BYEOL_TRY(KeyPath path, KeyPath::parse(call.heap, &name));
      paths.push_back(std::move(path));
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  } else {
    BYEOL_TRY(KeyPath path, KeyPath::parse(call.heap, attribute));
    paths.push_back(std::move(path));
  }
  BYEOL_TRY(std::vector<Value> items, items_of(call.heap, call.self));
  std::vector<Keyed> rows;
  for (Value& item : items) {
    call.heap.grow(3);
    Keyed row{{}, item};
    for (const KeyPath& path : paths) {
      BYEOL_TRY(const Value key, path.of(call.interpreter, item));
      row.keys.push_back(comparison_key(call.heap, key, case_sensitive));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<Value> sort(Call& call) {
  BYEOL_TRY(std::vector<Keyed> rows, keyed_rows(call, call.argument(2), call.flag(1, false)));
  BYEOL_TRY_OK(sort_by_keys(call.budget(), rows, call.flag(0, false)));
  std::vector<Value> items;
  for (Keyed& row : rows) items.push_back(std::move(row.item));
  return call.heap.sequence(std::move(items));
}

Result<Value> dictsort(Call& call) {
  if (!call.self.is(Kind::kMapping)) return bad_argument("'dictsort' expected a mapping");
  BYEOL_TRY(const std::string_view by, call.text(1, "key"));
  if (by != "key" && by != "value") return bad_argument("'dictsort' expected by='key' or 'value'");
  std::vector<Keyed> rows;
  for (const auto& [key, value] : call.self.mapping().entries)
    rows.push_back({{comparison_key(call.heap, by == "key" ? key : value, call.flag(0, false))},
                    call.heap.sequence({key, value}, Kind::kTuple)});
  BYEOL_TRY_OK(sort_by_keys(call.budget(), rows, call.flag(2, false)));
  std::vector<Value> items;
  for (Keyed& row : rows) items.push_back(std::move(row.item));
  return call.heap.sequence(std::move(items));
}

Result<Value> extreme(Call& call, bool wants_largest) {
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, call.argument(1)));
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  if (items.empty()) return call.heap.undefined("No aggregated item, sequence was empty.");
  const Value* best = nullptr;
  Value best_key;
  for (const Value& item : items) {
    BYEOL_TRY(const Value value, path.of(call.interpreter, item));
    Value key = comparison_key(call.heap, value, call.flag(0, false));
    if (best) {
      BYEOL_TRY(const std::partial_ordering found, order(call.budget(), key, best_key));
      if (wants_largest ? !(found > 0) : !(found < 0)) continue;
    }
    best = &item;
    best_key = std::move(key);
  }
  return *best;
}

Result<Value> smallest(Call& call) {
  return extreme(call, false);
}
Result<Value> largest(Call& call) {
  return extreme(call, true);
}

Result<Value> unique(Call& call) {
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, call.argument(1)));
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  Mapping seen;
  std::vector<Value> kept;
  for (const Value& item : items) {
    BYEOL_TRY(const Value value, path.of(call.interpreter, item));
    Value key = comparison_key(call.heap, value, call.flag(0, false));
    call.heap.grow(2);
    if (!is_key(call.budget(), key))
      return bad_argument(std::string("'unique' cannot compare a ") + kind_name(key.kind()));
    if (seen.find(key)) continue;
    seen.set(std::move(key), none());
    kept.push_back(item);
  }
  return call.heap.sequence(std::move(kept), Kind::kGenerator);
}

Result<Value> sum(Call& call) {
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, call.argument(0)));
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  Value total = call.argument(1) ? *call.argument(1) : Value(std::int64_t{0});
  if (total.is(Kind::kString)) return bad_argument("'sum' cannot add strings; expected join");
  for (const Value& item : items) {
    BYEOL_TRY(const Value value, path.of(call.interpreter, item));
    BYEOL_TRY(total, compute(call.heap, Operator::kAdd, total, value));
    if (call.budget().exhausted()) break;
  }
  return total;
}

Result<Value> batch(Call& call) {
  BYEOL_TRY(const std::int64_t size, call.whole_number(0, 1));
  if (size < 1 || size > kMaxRange) return bad_argument("'batch' expected a size from 1 to 100000");
  BYEOL_TRY(const std::vector<Value> items, items_of(call.heap, call.self));
  std::vector<Value> rows;
  std::vector<Value> row;
  const auto width = static_cast<std::size_t>(size);
  for (const Value& item : items) {
    row.push_back(item);
    if (row.size() == width) rows.push_back(call.heap.sequence(std::exchange(row, {})));
  }
  if (!row.empty()) {
    if (call.argument(1) && !call.argument(1)->is(Kind::kNone))
      row.resize(width, *call.argument(1));
    rows.push_back(call.heap.sequence(std::move(row)));
  }
  return call.heap.sequence(std::move(rows), Kind::kGenerator);
}

Result<Value> groupby(Call& call) {
  BYEOL_TRY(const KeyPath path, KeyPath::parse(call.heap, call.argument(0)));
  BYEOL_TRY(std::vector<Keyed> rows, keyed_rows(call, call.argument(0), call.flag(2, false)));
  BYEOL_TRY_OK(sort_by_keys(call.budget(), rows, false));
  std::vector<Value> groups;
  for (std::size_t start = 0; start < rows.size();) {
    std::vector<Value> members;
    std::size_t end = start;
    for (; end < rows.size() && equal(call.budget(), rows[end].keys[0], rows[start].keys[0]); ++end)
      members.push_back(rows[end].item);
    if (call.budget().exhausted()) break;
    BYEOL_TRY(const Value key, path.of(call.interpreter, rows[start].item));
    const Value group = call.heap.sequence(std::move(members));
    groups.push_back(call.heap.sequence({key, group}, Kind::kTuple));
    start = end;
  }
  return call.heap.sequence(std::move(groups));
}

constexpr Native kFilters[] = {
    {"first", "", 0, first},
    {"last", "", 0, last},
    {"list", "", 0, list},
    {"reverse", "", 0, reverse},
    {"join", "d attribute", 0, join},
    {"sort", "reverse case_sensitive attribute", 0, sort},
    {"dictsort", "case_sensitive by reverse", 0, dictsort},
    {"min", "case_sensitive attribute", 0, smallest},
    {"max", "case_sensitive attribute", 0, largest},
    {"unique", "case_sensitive attribute", 0, unique},
    {"sum", "attribute start", 0, sum},
    {"batch", "linecount fill_with", 1, batch},
    {"groupby", "attribute default case_sensitive", 1, groupby},
};

}  // namespace

std::span<const Native> sequence_filters() {
  return kFilters;
}

}  // namespace byeol::model::jinja
