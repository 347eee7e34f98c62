#include "model/template/print.h"

#include <charconv>
#include <cmath>

#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

void append_hex(std::string& out, char32_t value, int digits) {
  constexpr const char* kDigits = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kDigits[(value >> shift) & 15];
}

void append_string_repr(std::string& out, const std::string& text) {
  const bool has_single = text.find('\'') != std::string::npos;
  const char quote = has_single && text.find('"') == std::string::npos ? '"' : '\'';
  out += quote;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const char32_t value = point.value;
    if (value == static_cast<unsigned char>(quote) || value == '\\') {
      out += '\\';
      out += static_cast<char>(value);
    } else if (value == '\n') {
      out += "\\n";
    } else if (value == '\r') {
      out += "\\r";
    } else if (value == '\t') {
      out += "\\t";
    } else if (is_printable(value)) {
      out.append(text, at, point.bytes);
    } else if (value < 0x100) {
      append_hex(out += "\\x", value, 2);
    } else if (value < 0x10000) {
      append_hex(out += "\\u", value, 4);
    } else {
      append_hex(out += "\\U", value, 8);
    }
    at += point.bytes;
  }
  out += quote;
}

class ReprWriter {
 public:
  ReprWriter(Budget& budget, std::string& out) : budget_(budget), out_(out) {}

  void write(const Value& value, int depth) {
    if (!budget_.allows_value_nesting(depth) || !budget_.fits_text(out_.size())) return;
    switch (value.kind()) {
      case Kind::kUndefined:
        out_ += "Undefined";
        return;
      case Kind::kNone:
        out_ += "None";
        return;
      case Kind::kBoolean:
        out_ += value.boolean() ? "True" : "False";
        return;
      case Kind::kInteger:
        out_ += std::to_string(value.integer());
        return;
      case Kind::kFloat:
        out_ += float_repr(value.number());
        return;
      case Kind::kString:
        if (budget_.spend(value.string().size() / 16)) append_string_repr(out_, value.string());
        return;
      case Kind::kList:
      case Kind::kTuple:
        write_items(value.list().items, value.kind(), depth);
        return;
      case Kind::kMapping:
        write_mapping(value.mapping(), depth);
        return;
      case Kind::kNamespace:
        out_ += "<Namespace ";
        write_mapping(value.object<Namespace>().attributes, depth);
        out_ += '>';
        return;
      case Kind::kGenerator:
        out_ += "<generator>";
        return;
      case Kind::kLoop:
        out_ += "<LoopContext>";
        return;
      case Kind::kCycler:
        out_ += "<Cycler>";
        return;
      case Kind::kJoiner:
        out_ += "<Joiner>";
        return;
      case Kind::kCallable:
        out_ += "<Macro>";
        return;
    }
  }

 private:
  void write_items(const std::vector<Value>& items, Kind kind, int depth) {
    out_ += kind == Kind::kList ? '[' : '(';
    for (std::size_t i = 0; i < items.size() && !budget_.exhausted(); ++i) {
      if (i > 0) out_ += ", ";
      write(items[i], depth + 1);
    }
    if (kind == Kind::kTuple && items.size() == 1) out_ += ',';
    out_ += kind == Kind::kList ? ']' : ')';
  }

  void write_mapping(const Mapping& mapping, int depth) {
    out_ += '{';
    for (std::size_t i = 0; i < mapping.entries.size() && !budget_.exhausted(); ++i) {
      if (i > 0) out_ += ", ";
      write(mapping.entries[i].first, depth + 1);
      out_ += ": ";
      write(mapping.entries[i].second, depth + 1);
    }
    out_ += '}';
  }

  Budget& budget_;
  std::string& out_;
};

}  // namespace

std::string float_repr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto written =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  const std::string_view shortest(buffer, static_cast<std::size_t>(written.ptr - buffer));
  const std::size_t e = shortest.find('e');
  const int exponent = std::atoi(std::string(shortest.substr(e + 1)).c_str());
  if (exponent < -4 || exponent >= 16) return std::string(shortest);
  const auto plain =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
  std::string text(buffer, plain.ptr);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string to_text(Budget& budget, const Value& value) {
  if (value.is(Kind::kUndefined)) return {};
  if (value.is(Kind::kString)) {
    budget.spend(value.string().size() / 32);
    return value.string();
  }
  return to_repr(budget, value);
}

std::string to_repr(Budget& budget, const Value& value) {
  std::string out;
  ReprWriter(budget, out).write(value, 0);
  budget.allows_text(out.size());
  return out;
}

}  // namespace byeol::model::jinja
