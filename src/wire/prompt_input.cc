#include "wire/prompt_input.h"

namespace byeol::wire {
namespace {

constexpr const char* kExpected =
    "a string, a list of strings, a list of token ids or a list of such lists";

std::string at(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace

std::optional<std::vector<std::int32_t>> read_token_ids(const Json& list, const std::string& path,
                                                        FieldErrors& errors) {
  std::vector<std::int32_t> ids;
  ids.reserve(list.size());
  for (const Json& id : list) {
    const bool fits = id.is_number_unsigned() && id.get<std::uint64_t>() <= INT32_MAX;
    if (!fits) {
      errors.add(wrong_value(at(path, ids.size()), id, "a token id"));
      return std::nullopt;
    }
    ids.push_back(id.get<std::int32_t>());
  }
  return ids;
}

std::vector<PromptInput> read_inputs(const FieldReader& body, std::string_view name) {
  const Json* input = body.find(name);
  if (input != nullptr && input->is_string()) return {input->get<std::string>()};
  if (input == nullptr || !input->is_array() || input->empty()) {
    body.wrong(name, kExpected);
    return {};
  }
  const std::string path = body.path_of(name);
  if (input->front().is_number()) {
    std::optional<std::vector<std::int32_t>> ids = read_token_ids(*input, path, body.errors());
    if (!ids) return {};
    return {*std::move(ids)};
  }
  if (input->size() > kInputsMax) {
    body.wrong(name, "a list of at most " + std::to_string(kInputsMax));
    return {};
  }
  const bool texts = input->front().is_string();
  std::vector<PromptInput> read;
  read.reserve(input->size());
  for (std::size_t i = 0; i < input->size(); ++i) {
    const Json& one = (*input)[i];
    if (texts && one.is_string()) {
      read.emplace_back(one.get<std::string>());
      continue;
    }
    if (texts || !one.is_array() || one.empty()) {
      body.errors().add(
          wrong_value(at(path, i), one, texts ? "a string" : "a string or a list of token ids"));
      return {};
    }
    std::optional<std::vector<std::int32_t>> ids = read_token_ids(one, at(path, i), body.errors());
    if (!ids) return {};
    read.emplace_back(*std::move(ids));
  }
  return read;
}

}  // namespace byeol::wire
