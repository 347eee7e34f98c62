#include "constrain/schema/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

// Builds from events, as only those tell how a number was spelled.
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put({}); }
  bool boolean(bool value) override {
    Json json;
    json.kind = Kind::kBoolean;
    json.truth = value;
    return put(std::move(json));
  }
  bool number_integer(number_integer_t value) override {
    return put(Json::of_number(std::to_string(value)));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put(Json::of_number(std::to_string(value)));
  }
  bool number_float(number_float_t, const string_t& spelling) override {
    return put(Json::of_number(spelling));
  }
  bool string(string_t& value) override { return put(Json::of_string(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Kind::kObject); }
  bool start_array(std::size_t) override { return open(Kind::kArray); }
  bool key(string_t& name) override {
    open_.back().names.push_back(std::move(name));
    return true;
  }
  bool end_object() override {
    std::vector<std::string_view> names(open_.back().names.begin(), open_.back().names.end());
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
      error = "the name '" + std::string(*twice) + "' is written twice in one object";
      return false;
    }
    return close();
  }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    error = "not JSON: character " + std::to_string(position) + " was not expected";
    return false;
  }

  std::string error;
  Json result;

 private:
  bool open(Kind kind) {
    if (open_.size() == Json::kDeepest) {
      error = "nested deeper than " + std::to_string(Json::kDeepest) + " levels";
      return false;
    }
    open_.emplace_back().kind = kind;
    return true;
  }
  bool close() {
    Json json = std::move(open_.back());
    open_.pop_back();
    return put(std::move(json));
  }
  bool put(Json json) {
    if (open_.empty())
      result = std::move(json);
    else
      open_.back().items.push_back(std::move(json));
    return true;
  }

  std::vector<Json> open_;
};

void write(const Json& value, Spacing spacing, std::string& out) {
  const char* const comma = spacing == Spacing::kSpaced ? ", " : ",";
  switch (value.kind) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kBoolean:
      out += value.truth ? "true" : "false";
      return;
    case Kind::kNumber:
      out += value.text;
      return;
    case Kind::kString:
      out += json_quoted(value.text);
      return;
    case Kind::kArray:
    case Kind::kObject:
      break;
  }
  const bool object = value.kind == Kind::kObject;
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out += comma;
    if (object) out += json_quoted(value.names[i]) + (spacing == Spacing::kSpaced ? ": " : ":");
    write(value.items[i], spacing, out);
  }
  out += object ? '}' : ']';
}

Json in_one_spelling(const Json& value) {
  Json result = value;
  if (value.is(Kind::kNumber)) result.text = plain_number(value.text);
  for (Json& item : result.items) item = in_one_spelling(item);
  if (!value.is(Kind::kObject)) return result;
  std::vector<std::size_t> order(value.names.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return value.names[a] < value.names[b]; });
  Json sorted;
  sorted.kind = Kind::kObject;
  for (const std::size_t at : order) {
    sorted.names.push_back(value.names[at]);
    sorted.items.push_back(std::move(result.items[at]));
  }
  return sorted;
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  if (kind != Kind::kObject) return nullptr;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return &items[i];
  return nullptr;
}

Json Json::of_string(std::string text) {
  Json json;
  json.kind = Kind::kString;
  json.text = std::move(text);
  return json;
}

Json Json::of_number(std::string spelling) {
  Json json = of_string(std::move(spelling));
  json.kind = Kind::kNumber;
  return json;
}

Json Json::object(std::string name, Json value) {
  Json json;
  json.kind = Kind::kObject;
  json.names.push_back(std::move(name));
  json.items.push_back(std::move(value));
  return json;
}

Result<Json> parse_json(std::string_view text) {
  Reader reader;
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) return std::move(reader.result);
  if (reader.error.empty()) reader.error = "not JSON";
  return Error{ErrorCode::kInvalidArgument, std::move(reader.error)};
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
    if (const std::size_t at = kSpecial.find(c); at != std::string_view::npos) {
      out += '\\';
      out += kLetters[at];
    } else if (byte < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[byte / 16];
      out += kDigits[byte % 16];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string write_json(const Json& value, Spacing spacing) {
  std::string out;
  write(value, spacing, out);
  return out;
}

std::string equality_key(const Json& value) {
  return write_json(in_one_spelling(value), Spacing::kCompact);
}

std::string plain_number(std::string_view spelling) {
  const Result<Decimal> parsed = Decimal::parse(spelling);
  if (!parsed) return std::string(spelling);
  const Decimal& number = *parsed;
  if (number.digits.empty()) return "0";
  const auto digits = static_cast<std::int64_t>(number.digits.size());
  const std::int64_t whole = digits + number.exponent;  // Digits before the point.
  if (std::max({number.exponent, digits, whole, -whole}) > kLongestNumber)
    return std::string(spelling);
  std::string out = number.negative ? "-" : "";
  if (number.exponent >= 0)
    return out + number.digits + std::string(static_cast<std::size_t>(number.exponent), '0');
  if (whole <= 0)
    return out + "0." + std::string(static_cast<std::size_t>(-whole), '0') + number.digits;
  const auto point = static_cast<std::size_t>(whole);
  return out + number.digits.substr(0, point) + '.' + number.digits.substr(point);
}

bool has_long_number(const Json& value) {
  if (value.is(Kind::kNumber)) {
    const Result<Decimal> number = Decimal::parse(value.text);
    if (!number) return true;
    const auto digits = static_cast<std::int64_t>(number->digits.size());
    return std::max({number->exponent, digits, std::abs(digits + number->exponent)}) >
           kLongestNumber;
  }
  return std::ranges::any_of(value.items, has_long_number);
}

std::string pointer_step(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

}  // namespace byeol::constrain
