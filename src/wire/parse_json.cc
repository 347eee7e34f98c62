#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "wire/json_fields.h"

namespace byeol::wire {
namespace {

// Builds the value itself, because the library's own reader looks a key of an ordered object up
// among all earlier ones: quadratic in what a client sends.
class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  explicit TreeBuilder(std::size_t depth_max) : depth_max_(depth_max) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // JSON text has none.

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool end_object() override { return keys_differ(*open_.back()) && close(); }
  bool key(string_t& name) override {
    object_of(*open_.back()).emplace_back(std::move(name), nullptr);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 9: syntax error while …"
    std::string_view reason = error.what();
    if (const std::size_t id_end = reason.find("] "); id_end != std::string_view::npos)
      reason.remove_prefix(id_end + 2);
    failure_ = "The body is not JSON, at byte " + std::to_string(position) + ": " +
               utf8::repaired(reason.substr(0, 200)) + ".";
    return false;
  }

  Json take_root() { return std::move(root_); }
  std::string take_failure() { return std::move(failure_); }

 private:
  static std::vector<std::pair<const std::string, Json>>& object_of(Json& json) {
    return json.get_ref<Json::object_t&>();
  }

  template <typename Value>
  Json& place(Value&& value) {
    if (open_.empty()) return root_ = Json(std::forward<Value>(value));
    Json& owner = *open_.back();
    if (owner.is_array())
      return owner.get_ref<Json::array_t&>().emplace_back(std::forward<Value>(value));
    return object_of(owner).back().second = Json(std::forward<Value>(value));
  }
  template <typename Value>
  bool add(Value&& value) {
    place(std::forward<Value>(value));
    return true;
  }
  bool open(Json empty) {
    if (open_.size() == depth_max_) {
      failure_ = "The body nests its JSON deeper than " + std::to_string(depth_max_) + " levels.";
      return false;
    }
    open_.push_back(&place(std::move(empty)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool keys_differ(Json& object) {
    std::vector<std::string_view> keys;
    for (const auto& [name, value] : object_of(object)) keys.push_back(name);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return true;
    failure_ =
        "The body names the key '" + std::string(twice->substr(0, 64)) + "' twice in one object.";
    return false;
  }

  std::size_t depth_max_;
  Json root_;
  std::vector<Json*> open_;  // From the root down; an owner does not move while it is open.
  std::string failure_;
};

}  // namespace

ApiResult<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes) {
    ApiError error = invalid_request("The body has " + std::to_string(text.size()) + " bytes; " +
                                     std::to_string(limits.bytes) + " at most.");
    error.status = 413;
    return error;
  }
  if (!utf8::is_valid(text)) return invalid_request("The body is not UTF-8.");
  TreeBuilder builder(limits.depth);
  if (!Json::sax_parse(text, &builder))
    return invalid_request(utf8::repaired(builder.take_failure()));
  return builder.take_root();
}

ApiResult<Json> parse_body(std::string_view text, JsonLimits limits) {
  BYEOL_TRY(Json json, parse_json(text, limits));
  if (!json.is_object())
    return invalid_request("The body is " + described(json) + "; expected a JSON object.");
  return json;
}

}  // namespace byeol::wire
