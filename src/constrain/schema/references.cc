#include "constrain/schema/references.h"

#include <array>
#include <charconv>

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

bool is_absolute(std::string_view reference) {
  const std::size_t colon = reference.find(':');
  return colon != std::string_view::npos && colon < reference.find('/');
}

// RFC 3986 as far as schemas need it: no dots in paths.
std::string resolved(const std::string& base, std::string_view reference) {
  if (reference.empty()) return base;
  if (is_absolute(reference)) return std::string(reference);
  if (reference[0] == '/') {
    const std::size_t authority = base.find("://");
    const std::size_t path = authority == std::string::npos ? 0 : base.find('/', authority + 3);
    return base.substr(0, path).append(reference);
  }
  const std::size_t slash = base.rfind('/');
  return base.substr(0, slash == std::string::npos ? 0 : slash + 1).append(reference);
}

// "%25" in a fragment is "%".
std::string without_percents(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* const end = text.data() + i + 3;
      if (std::from_chars(text.data() + i + 1, end, value, 16).ptr == end) {
        out += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

// Keywords whose members are schemas by a name of the author's.
bool holds_named_schemas(std::string_view keyword) {
  constexpr std::array<std::string_view, 6> kHolders = {"properties",   "patternProperties",
                                                        "$defs",        "definitions",
                                                        "dependencies", "dependentSchemas"};
  for (const std::string_view holder : kHolders)
    if (holder == keyword) return true;
  return false;
}

bool holds_values(std::string_view keyword) {
  return keyword == "enum" || keyword == "const" || keyword == "default" || keyword == "examples";
}

const std::string* string_member(const Json& schema, std::string_view name) {
  const Json* const member = schema.find(name);
  return member != nullptr && member->is(Kind::kString) ? &member->text : nullptr;
}

// Follows a JSON pointer from `target`.
bool follow(References::Target& target, std::string_view pointer) {
  while (!pointer.empty()) {
    if (pointer[0] != '/') return false;
    pointer.remove_prefix(1);
    std::string_view raw = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(raw.size());
    std::string step;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const bool escaped = raw[i] == '~' && i + 1 < raw.size();
      if (!escaped) step += raw[i];
      if (escaped) step += raw[++i] == '1' ? '/' : '~';
    }
    if (target.schema->is(Kind::kArray)) {
      std::size_t at = 0;
      const char* const end = step.data() + step.size();
      if (step.empty() || std::from_chars(step.data(), end, at).ptr != end ||
          at >= target.schema->items.size())
        return false;
      target.schema = &target.schema->items[at];
    } else {
      target.schema = target.schema->find(step);
      if (target.schema == nullptr) return false;
    }
    target.path += pointer_step(step);
  }
  return true;
}

}  // namespace

References::References(const Json& root) {
  named_.emplace("", Target{&root, ""});
  walk(root, "", "");
}

void References::walk(const Json& schema, const std::string& path, std::string base) {
  if (schema.is(Kind::kArray))
    for (std::size_t i = 0; i < schema.items.size(); ++i)
      walk(schema.items[i], path + "/" + std::to_string(i), base);
  if (!schema.is(Kind::kObject)) return;
  if (const std::string* const id = string_member(schema, "$id")) {
    base = resolved(base, *id);
    if (!base.empty() && base.back() == '#') base.pop_back();
    named_.emplace(base, Target{&schema, path});
  }
  for (const char* const keyword : {"$anchor", "$dynamicAnchor"})
    if (const std::string* const anchor = string_member(schema, keyword))
      named_.emplace(base + "#" + *anchor, Target{&schema, path});
  if (const std::string* const anchor = string_member(schema, "$dynamicAnchor"))
    ++dynamic_anchors_[*anchor];
  if (schema.find("$ref") != nullptr || schema.find("$dynamicRef") != nullptr)
    base_of_.emplace(&schema, base);
  walk_members(schema, path, base);
}

void References::walk_members(const Json& holder, const std::string& path,
                              const std::string& base) {
  for (std::size_t i = 0; i < holder.items.size(); ++i) {
    const std::string& keyword = holder.names[i];
    const Json& value = holder.items[i];
    if (holds_values(keyword)) continue;
    if (keyword == "unevaluatedProperties" || keyword == "unevaluatedItems")
      has_unevaluated_ = true;
    const std::string below = path + pointer_step(keyword);
    if (!holds_named_schemas(keyword) || !value.is(Kind::kObject)) {
      walk(value, below, base);
      continue;
    }
    for (std::size_t k = 0; k < value.items.size(); ++k)
      walk(value.items[k], below + pointer_step(value.names[k]), base);
  }
}

bool References::is_dynamic(std::string_view reference) const {
  const auto found = dynamic_anchors_.find(std::string(reference.substr(reference.find('#') + 1)));
  return found != dynamic_anchors_.end() && found->second > 1;
}

Result<References::Target> References::resolve(const Json& schema,
                                               std::string_view reference) const {
  const auto base = base_of_.find(&schema);
  const std::size_t hash = reference.find('#');
  const std::string document =
      resolved(base == base_of_.end() ? "" : base->second, reference.substr(0, hash));
  const std::string fragment =
      hash == std::string_view::npos ? "" : without_percents(reference.substr(hash + 1));
  auto found = named_.find(document);
  if (found == named_.end())
    return Error{ErrorCode::kUnsupported, "'" + std::string(reference) +
                                              "' is another document; only references inside "
                                              "the schema are followed"};
  Target target = found->second;
  if (!fragment.empty() && fragment[0] != '/') {
    found = named_.find(document + "#" + fragment);
    if (found != named_.end()) return found->second;
  } else if (follow(target, fragment)) {
    return target;
  }
  return Error{ErrorCode::kInvalidArgument,
               "nothing is at '" + std::string(reference) + "' in the schema"};
}

}  // namespace byeol::constrain
