#include "wire/responses_items.h"

#include <utility>

namespace byeol::wire {
namespace {

constexpr const char* kTypes =
    R"("message", "function_call", "function_call_output", "custom_tool_call", )"
    R"("custom_tool_call_output", "reasoning" or "item_reference")";

enum class Role { kUser, kAssistant, kSystem, kDeveloper };
constexpr std::string_view kRoles[] = {"user", "assistant", "system", "developer"};

Json input_text(std::string text) {
  return {{"type", "input_text"}, {"text", std::move(text)}};
}

Json output_text(std::string text) {
  return {{"type", "output_text"},
          {"text", std::move(text)},
          {"annotations", Json::array()},
          {"logprobs", Json::array()}};
}

Json id_of(const FieldReader& item) {
  const std::string id = item.string("id").value_or("");
  return id.empty() ? Json() : Json(id);
}

std::string_view status_of(const FieldReader& item) {
  return item
      .choice<std::string_view>("status", {{"in_progress", "in_progress"},
                                           {"completed", "completed"},
                                           {"incomplete", "incomplete"}})
      .value_or("completed");
}

Json read_part(const FieldReader& part, bool is_answer) {
  const std::string type = part.required_string("type");
  if (type == "input_text" && !is_answer) return input_text(part.required_string("text"));
  // Clients write what an assistant said either way.
  if (is_answer && (type == "output_text" || type == "input_text"))
    return output_text(part.required_string("text"));
  if (is_answer && type == "refusal")
    return {{"type", "refusal"}, {"refusal", part.required_string("refusal")}};
  if (type == "input_image" || type == "input_file" || type == "input_audio")
    part.errors().add(unsupported(
        "'" + part.path() + "' is of type \"" + type + "\"; this server reads text only.",
        part.path()));
  else
    part.wrong("type", is_answer ? R"("output_text" or "refusal")" : R"("input_text")");
  return {};
}

Json read_parts(const FieldReader& owner, std::string_view name, bool is_answer) {
  Json parts = Json::array();
  const Json* content = owner.find(name);
  if (content == nullptr || !(content->is_string() || content->is_array())) {
    owner.wrong(name, "a string or a list of parts");
  } else if (content->is_string()) {
    auto text = content->get<std::string>();
    parts.push_back(is_answer ? output_text(std::move(text)) : input_text(std::move(text)));
  } else {
    for (const FieldReader& part : owner.elements(name, *content))
      parts.push_back(read_part(part, is_answer));
  }
  return parts;
}

Json message_item(Json id, std::string_view status, Role role, Json content) {
  return {{"id", std::move(id)},
          {"type", "message"},
          {"status", status},
          {"role", kRoles[static_cast<std::size_t>(role)]},
          {"content", std::move(content)}};
}

Json read_message(const FieldReader& item) {
  constexpr const char* kExpected = R"("user", "assistant", "system" or "developer")";
  if (item.find("role") == nullptr) item.wrong("role", kExpected);
  const Role role = item.choice<Role>("role", {{"user", Role::kUser},
                                               {"assistant", Role::kAssistant},
                                               {"system", Role::kSystem},
                                               {"developer", Role::kDeveloper}})
                        .value_or(Role::kUser);
  return message_item(id_of(item), status_of(item), role,
                      read_parts(item, "content", role == Role::kAssistant));
}

// `arguments`: the field's name.
Json read_call(const FieldReader& item, std::string_view type, const char* arguments) {
  return {{"id", id_of(item)},
          {"type", type},
          {"status", status_of(item)},
          {"call_id", item.required_string("call_id")},
          {"name", item.required_string("name")},
          {arguments, item.required_string(arguments)}};
}

Json read_call_output(const FieldReader& item, std::string_view type) {
  const Json* output = item.find("output");
  const bool is_text = output != nullptr && output->is_string();
  return {{"id", id_of(item)},
          {"type", type},
          {"status", status_of(item)},
          {"call_id", item.required_string("call_id")},
          {"output", is_text ? *output : read_parts(item, "output", false)}};
}

// [{"type": TYPE, "text": …}, …]; may be absent.
Json read_texts(const FieldReader& item, std::string_view name, std::string_view type) {
  Json texts = Json::array();
  const Json* list = item.array(name);
  if (list == nullptr) return texts;
  for (const FieldReader& part : item.elements(name, *list)) {
    if (part.required_string("type") != type) part.wrong("type", Json(type).dump());
    texts.push_back({{"type", type}, {"text", part.required_string("text")}});
  }
  return texts;
}

Json read_reasoning(const FieldReader& item) {
  return {{"id", id_of(item)},
          {"type", "reasoning"},
          {"status", status_of(item)},
          {"summary", read_texts(item, "summary", "summary_text")},
          {"content", read_texts(item, "content", "reasoning_text")}};
}

Json read_reference(const FieldReader& item) {
  return {{"id", item.required_string("id")}, {"type", "item_reference"}};
}

std::string type_of(const FieldReader& item) {
  if (item.find("type") != nullptr) return item.string("type").value_or("");
  // Both may leave their type out.
  if (item.find("role") != nullptr) return "message";
  if (item.find("id") != nullptr) return "item_reference";
  return "";
}

Json read_item(const FieldReader& item) {
  const std::string type = type_of(item);
  if (type == "message") return read_message(item);
  if (type == "function_call") return read_call(item, type, "arguments");
  if (type == "custom_tool_call") return read_call(item, type, "input");
  if (type == "function_call_output" || type == "custom_tool_call_output")
    return read_call_output(item, type);
  if (type == "reasoning") return read_reasoning(item);
  if (type == "item_reference") return read_reference(item);
  item.wrong("type", kTypes);
  return {};
}

// Of what was checked before it was stored: the client is not to blame.
ApiResult<Json> parse_stored_item(std::string_view text, std::string path) {
  const ApiResult<Json> json = parse_body(text);
  if (!json) return server_error("'" + path + "' cannot be read: " + json.error().message);
  FieldErrors errors;
  Json item = read_item(FieldReader(*json, errors, std::move(path)));
  if (errors) return server_error(errors.take().message);
  return item;
}

std::string_view id_prefix(std::string_view type) {
  if (type == "function_call") return "fc_";
  if (type == "function_call_output") return "fco_";
  if (type == "custom_tool_call") return "ctc_";
  if (type == "custom_tool_call_output") return "ctco_";
  if (type == "reasoning") return "rs_";
  return "msg_";
}

}  // namespace

Items read_input(const FieldReader& body) {
  const Json* input = body.find("input");
  Items items;
  if (input == nullptr) return items;
  if (input->is_string()) {
    items.push_back(message_item({}, "completed", Role::kUser,
                                 Json::array({input_text(input->get<std::string>())})));
  } else if (input->is_array()) {
    for (const FieldReader& item : body.elements("input", *input)) items.push_back(read_item(item));
  } else {
    body.wrong("input", "a string or a list of items");
  }
  return items;
}

ApiResult<Items> parse_items(std::span<const std::string> texts) {
  Items items;
  items.reserve(texts.size());
  for (const std::string& text : texts) {
    BYEOL_TRY(Json item, parse_stored_item(text, "stored item " + std::to_string(items.size())));
    items.push_back(std::move(item));
  }
  return items;
}

bool has_references(const Items& items) {
  for (const Json& item : items)
    if (item_text(item, "type") == "item_reference") return true;
  return false;
}

ApiStatus resolve_references(Items& items, const ItemLookup& lookup) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (item_text(items[i], "type") != "item_reference") continue;
    const std::string id(item_text(items[i], "id"));
    const std::optional<std::string> stored = lookup(id);
    const std::string path = "input[" + std::to_string(i) + "].id";
    if (!stored)
      return invalid_request(
          "'" + path + "' refers to the item " + Json(id).dump() + ", which is not stored.", path);
    BYEOL_TRY(items[i], parse_stored_item(*stored, "stored item " + id));
  }
  return Nothing{};
}

void assign_item_ids(Items& items, const Random64& random) {
  for (Json& item : items)
    if (item_text(item, "id").empty())
      item["id"] = make_id(id_prefix(item_text(item, "type")), kIdLetters, random);
}

std::string_view item_text(const Json& item, std::string_view name) {
  const auto found = item.find(name);
  if (found == item.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

}  // namespace byeol::wire
