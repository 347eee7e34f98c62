// The form that a request wants its answer to have: JSON by a schema, a regular expression, one of
// some texts, a grammar.
//
//   response_format     OpenAI's: text, json_object, json_schema (and text.format of a response)
//   structured_outputs  vLLM's: {json | regex | choice | grammar | json_object}
//   regex, choice       the same, short
//   grammar             llama.cpp's GBNF as a text, or OpenAI's {syntax: "lark" | "regex" | "gbnf",
//                       definition}
//   json_schema         llama.cpp's
//   guided_json, guided_regex, guided_choice, guided_grammar   what vLLM called them before
// At most one of them, and of one kind. Whether a schema or a grammar can be kept is not looked at
// here.
//
// Source: openai-openapi 2.3.0, ResponseFormatJsonSchema. Errors are noted in the reader's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/json_fields.h"

namespace byeol::wire {

struct AnswerForm {
  enum class Kind { kText, kJsonObject, kJsonSchema, kRegex, kChoice, kGbnf, kLark };
  Kind kind = Kind::kText;
  std::string text = {};  // The schema as JSON, the expression or the grammar.
  std::vector<std::string> choices = {};
  bool strict = false;     // Of a schema: OpenAI's subset, and its errors.
  std::string name = {};   // Of a schema.
  std::string param = {};  // The field that asks for it.

  bool operator==(const AnswerForm&) const = default;
};

// Of a chat or a completion.
AnswerForm read_answer_form(const FieldReader& body);
// OpenAI's object: of type text, json_object or json_schema, whose fields stand in `json_schema`
// (chat) or beside the type (`flat`: responses).
AnswerForm read_response_format(const FieldReader& format, bool flat);
// The texts of this list, which is the reader's field `name`; null: none. None of them is empty.
std::vector<std::string> read_choices(const FieldReader& reader, std::string_view name,
                                      const Json* list);

}  // namespace byeol::wire
