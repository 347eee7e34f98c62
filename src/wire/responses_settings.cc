#include "wire/responses_settings.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace byeol::wire {
namespace {

constexpr std::size_t kMetadataPairsMax = 16;
constexpr std::ptrdiff_t kMetadataKeyMax = 64;
constexpr std::ptrdiff_t kMetadataValueMax = 512;

constexpr std::string_view kIncludeLogprobs = "message.output_text.logprobs";
constexpr std::string_view kIncludes[] = {kIncludeLogprobs,
                                          "reasoning.encrypted_content",
                                          "file_search_call.results",
                                          "web_search_call.results",
                                          "web_search_call.action.sources",
                                          "message.input_image.image_url",
                                          "computer_call_output.output.image_url",
                                          "code_interpreter_call.outputs"};

using Name = std::string_view;

std::optional<std::string> word(std::optional<Name> name) {
  return name ? std::optional<std::string>(*name) : std::nullopt;
}

std::optional<std::string> read_summary(const FieldReader& reasoning, Name name) {
  return word(reasoning.choice<Name>(
      name, {{"auto", "auto"}, {"concise", "concise"}, {"detailed", "detailed"}}));
}

std::ptrdiff_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

}  // namespace

void read_reasoning_settings(const FieldReader& body, ResponsesRequest& request) {
  if (const Json* given = body.object("chat_template_kwargs")) request.template_variables = *given;
  const std::optional<FieldReader> reasoning = body.fields("reasoning");
  if (!reasoning) return;
  request.reasoning_effort = word(reasoning->choice<Name>("effort", {{"none", "none"},
                                                                     {"minimal", "minimal"},
                                                                     {"low", "low"},
                                                                     {"medium", "medium"},
                                                                     {"high", "high"},
                                                                     {"xhigh", "xhigh"},
                                                                     {"max", "max"}}));
  request.reasoning_summary = read_summary(*reasoning, "summary");
  if (!request.reasoning_summary)  // Its older name.
    request.reasoning_summary = read_summary(*reasoning, "generate_summary");
  if (!request.reasoning_effort) return;
  // What stands in chat_template_kwargs is the more exact wish.
  Json& variables = request.template_variables;
  if (!variables.contains("reasoning_effort"))
    variables["reasoning_effort"] = *request.reasoning_effort;
  if (*request.reasoning_effort == "none" && !variables.contains("enable_thinking"))
    variables["enable_thinking"] = false;
}

void read_text_settings(const FieldReader& body, ResponsesRequest& request) {
  const std::optional<FieldReader> text = body.fields("text");
  if (!text) return;
  request.verbosity = word(
      text->choice<Name>("verbosity", {{"low", "low"}, {"medium", "medium"}, {"high", "high"}}));
  const std::optional<FieldReader> format = text->fields("format");
  if (!format) return;
  request.form = read_response_format(*format, true);
  request.form.param = "text.format";
  request.format_written = format->json();
}

bool read_include(const FieldReader& body) {
  const Json* list = body.array("include");
  if (list == nullptr) return false;
  bool logprobs = false;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& name = (*list)[i];
    const bool known =
        name.is_string() && std::find(std::begin(kIncludes), std::end(kIncludes),
                                      name.get_ref<const std::string&>()) != std::end(kIncludes);
    if (!known)
      body.errors().add(wrong_value("include[" + std::to_string(i) + "]", name,
                                    "a name that 'include' knows, such as "
                                    "\"message.output_text.logprobs\""));
    logprobs = logprobs || name == kIncludeLogprobs;
  }
  return logprobs;
}

Json read_metadata(const FieldReader& body) {
  const Json* metadata = body.object("metadata");
  if (metadata == nullptr) return Json::object();
  if (metadata->size() > kMetadataPairsMax)
    body.refuse("metadata", "'metadata' has " + std::to_string(metadata->size()) +
                                " pairs; expected at most " + std::to_string(kMetadataPairsMax) +
                                ".");
  for (const auto& [key, value] : metadata->items()) {
    if (characters(key) > kMetadataKeyMax)
      body.refuse("metadata", "'metadata' has a key of " + std::to_string(characters(key)) +
                                  " characters; expected at most " +
                                  std::to_string(kMetadataKeyMax) + ".");
    if (!value.is_string() || characters(value.get_ref<const std::string&>()) > kMetadataValueMax)
      body.errors().add(
          wrong_value("metadata." + key, value,
                      "a string of at most " + std::to_string(kMetadataValueMax) + " characters"));
  }
  return *metadata;
}

}  // namespace byeol::wire
