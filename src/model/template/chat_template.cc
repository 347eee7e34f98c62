#include "model/template/chat_template.h"

#include "model/template/from_json.h"
#include "model/template/interpreter.h"
#include "model/template/parser.h"
#include "model/template/program.h"

namespace byeol::model {
namespace jinja {

Result<std::string> run(const Program& program, const ChatInputs& inputs,
                        const nlohmann::ordered_json& messages, const Limits& limits) {
  Budget budget(limits);
  Heap heap(budget);
  Mapping variables;
  const auto set = [&](std::string_view name, const nlohmann::ordered_json& json) -> Status {
    Result<Value> value = from_json(heap, json);
    if (!value) return std::move(value.error()).within("read " + std::string(name));
    variables.set(constant_text(std::string(name)), *std::move(value));
    return ok();
  };
  BYEOL_TRY_OK(set("messages", messages));
  BYEOL_TRY_OK(set("tools", inputs.tools));
  BYEOL_TRY_OK(set("documents", nullptr));
  BYEOL_TRY_OK(set("add_generation_prompt", inputs.add_generation_prompt));
  BYEOL_TRY_OK(set("bos_token", inputs.bos_token));
  BYEOL_TRY_OK(set("eos_token", inputs.eos_token));
  for (const auto& [name, value] : inputs.extra.items()) BYEOL_TRY_OK(set(name, value));
  if (budget.exhausted())
    return Error{ErrorCode::kUnsupported, "the messages are too large for a chat template"};
  return Interpreter(heap, inputs.now_seconds).run(program.block, variables);
}

}  // namespace jinja

Result<ChatTemplate> ChatTemplate::compile(std::string_view source) {
  BYEOL_TRY(jinja::Block block, jinja::parse(source));
  ChatTemplate compiled(std::make_shared<const jinja::Program>(jinja::Program{std::move(block)}));
  compiled.capabilities_ = jinja::probe(*compiled.program_);
  return compiled;
}

Result<std::string> ChatTemplate::render(const ChatInputs& inputs) const {
  if (!inputs.messages.is_array())
    return Error{ErrorCode::kInvalidArgument, std::string("the messages of a chat are an array; "
                                                          "found ") +
                                                  inputs.messages.type_name()};
  if (!inputs.extra.is_object() && !inputs.extra.is_null())
    return Error{ErrorCode::kInvalidArgument,
                 std::string("the extra variables of a chat template are an object; found ") +
                     inputs.extra.type_name()};
  BYEOL_TRY(const nlohmann::ordered_json messages,
            jinja::normalized_messages(inputs.messages, capabilities_.content_parts));
  return jinja::run(*program_, inputs, messages);
}

}  // namespace byeol::model
