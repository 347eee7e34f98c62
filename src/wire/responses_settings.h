// The smaller groups of fields of a Responses request. Errors are noted in the reader's.
#pragma once

#include "wire/json_fields.h"
#include "wire/responses_request.h"

namespace byeol::wire {

// `reasoning`, and what it and `chat_template_kwargs` tell the chat template.
void read_reasoning_settings(const FieldReader& body, ResponsesRequest& request);

// `text`: its verbosity, and the form of the answer.
void read_text_settings(const FieldReader& body, ResponsesRequest& request);

// Whether `include` asks for the answer's log-probabilities.
bool read_include(const FieldReader& body);

// Up to 16 pairs; keys of up to 64 characters, values of up to 512.
Json read_metadata(const FieldReader& body);

}  // namespace byeol::wire
