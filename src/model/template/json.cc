#include <algorithm>
#include <cmath>

#include "model/template/compare.h"
#include "model/template/print.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

void append_escape(std::string& out, char32_t unit) {
  constexpr const char* kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(unit >> shift) & 15];
}

void append_quoted(std::string& out, std::string_view text, bool ensure_ascii) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const char32_t value = point.value;
    switch (value) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\b':
        out += "\\b";
        break;
      default:
        if (value < 0x20) {
          append_escape(out, value);
        } else if (!ensure_ascii || value < 0x7F) {
          out += text.substr(at, point.bytes);
        } else if (value < 0x10000) {
          append_escape(out, value);
        } else {
          append_escape(out, 0xD800 + ((value - 0x10000) >> 10));
          append_escape(out, 0xDC00 + ((value - 0x10000) & 0x3FF));
        }
    }
    at += point.bytes;
  }
  out += '"';
}

Error not_json(const Value& value) {
  if (value.is(Kind::kUndefined)) return undefined_error(value);
  return {ErrorCode::kInvalidArgument,
          std::string("tojson cannot write a ") + kind_name(value.kind())};
}

class JsonWriter {
 public:
  JsonWriter(Budget& budget, const JsonStyle& style)
      : budget_(budget),
        style_(style),
        item_separator_(style.item_separator.value_or(style.indent ? "," : ", ")),
        key_separator_(style.key_separator.value_or(": ")) {}

  Status write(const Value& value, int depth) {
    if (!budget_.allows_value_nesting(depth) || !budget_.fits_text(out_.size())) return ok();
    switch (value.kind()) {
      case Kind::kNone:
        out_ += "null";
        return ok();
      case Kind::kBoolean:
        out_ += value.boolean() ? "true" : "false";
        return ok();
      case Kind::kInteger:
        out_ += std::to_string(value.integer());
        return ok();
      case Kind::kFloat:
        out_ += number_text(value.number());
        return ok();
      case Kind::kString:
        if (budget_.fits_text(out_.size() + value.string().size()) &&
            budget_.spend(value.string().size() / 16))
          append_quoted(out_, value.string(), style_.ensure_ascii);
        return ok();
      case Kind::kList:
      case Kind::kTuple:
        return write_list(value.list().items, depth);
      case Kind::kMapping:
        return write_mapping(value.mapping(), depth);
      default:
        return not_json(value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string number_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    return float_repr(number);
  }

  void new_line(int depth) {
    if (!style_.indent) return;
    out_ += '\n';
    if (!budget_.fits_text(out_.size() + style_.indent->size() * static_cast<std::size_t>(depth)))
      return;
    for (int i = 0; i < depth; ++i) out_ += *style_.indent;
  }

  Status write_list(const std::vector<Value>& items, int depth) {
    if (items.empty()) {
      out_ += "[]";
      return ok();
    }
    out_ += '[';
    for (std::size_t i = 0; i < items.size() && !budget_.exhausted(); ++i) {
      if (i > 0) out_ += item_separator_;
      new_line(depth + 1);
      BYEOL_TRY_OK(write(items[i], depth + 1));
    }
    new_line(depth);
    out_ += ']';
    return ok();
  }

  Result<std::string> key_text(const Value& key) {
    if (key.is(Kind::kString)) return key.string();
    if (key.is(Kind::kNone)) return std::string("null");
    if (key.is(Kind::kBoolean)) return std::string(key.boolean() ? "true" : "false");
    if (key.is(Kind::kInteger)) return std::to_string(key.integer());
    if (key.is(Kind::kFloat)) return number_text(key.number());
    return not_json(key);
  }

  Status write_mapping(const Mapping& mapping, int depth) {
    if (mapping.entries.empty()) {
      out_ += "{}";
      return ok();
    }
    auto entries = mapping.entries;
    if (style_.sort_keys)
      std::sort(entries.begin(), entries.end(),
                [](const auto& a, const auto& b) { return order_keys(a.first, b.first) < 0; });
    out_ += '{';
    for (std::size_t i = 0; i < entries.size() && !budget_.exhausted(); ++i) {
      if (i > 0) out_ += item_separator_;
      new_line(depth + 1);
      BYEOL_TRY(const std::string key, key_text(entries[i].first));
      if (!budget_.fits_text(out_.size() + key.size()) || !budget_.spend(key.size() / 16)) break;
      append_quoted(out_, key, style_.ensure_ascii);
      out_ += key_separator_;
      BYEOL_TRY_OK(write(entries[i].second, depth + 1));
    }
    new_line(depth);
    out_ += '}';
    return ok();
  }

  Budget& budget_;
  const JsonStyle& style_;
  const std::string item_separator_;
  const std::string key_separator_;
  std::string out_;
};

}  // namespace

Result<std::string> to_json(Budget& budget, const Value& value, const JsonStyle& style) {
  JsonWriter writer(budget, style);
  BYEOL_TRY_OK(writer.write(value, 0));
  std::string text = writer.take();
  budget.allows_text(text.size());
  return text;
}

}  // namespace byeol::model::jinja
