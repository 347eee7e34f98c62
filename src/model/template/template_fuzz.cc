// Any bytes as a template: a prompt or an Error, never a crash, a hang or a huge allocation.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/template/parser.h"
#include "model/template/program.h"

namespace {

byeol::model::ChatInputs conversation() {
  using Json = nlohmann::ordered_json;
  byeol::model::ChatInputs inputs;
  inputs.messages = Json::parse(R"([
    {"role": "system", "content": "Be brief. 간단히."},
    {"role": "user", "content": "Weather in 서울? 🌦"},
    {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
      "function": {"name": "weather", "arguments": {"city": "서울", "days": 2, "exact": 1.5}}}]},
    {"role": "tool", "content": "{\"sky\": \"rain\"}", "tool_call_id": "c1"}])");
  inputs.tools = Json::parse(R"([{"type": "function", "function": {"name": "weather",
    "description": "d", "parameters": {"type": "object", "properties": {"city":
    {"type": "string"}}, "required": ["city"]}}}])");
  inputs.add_generation_prompt = true;
  inputs.bos_token = "<s>";
  inputs.eos_token = "</s>";
  return inputs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const byeol::model::ChatInputs inputs = conversation();
  auto block =
      byeol::model::jinja::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!block) return 0;
  const byeol::model::jinja::Program program{*std::move(block)};
  static_cast<void>(static_cast<bool>(byeol::model::jinja::run(program, inputs, inputs.messages,
                                                               byeol::model::jinja::kProbeLimits)));
  return 0;
}
