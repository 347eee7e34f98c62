// What a request says of its answer's form → the constraint that the runtime keeps.
//
// Threads: any; a grammar that is new is compiled here, on a worker.
#pragma once

#include <memory>
#include <optional>

#include "constrain/constraint.h"
#include "server/context.h"
#include "wire/answer_form.h"
#include "wire/api_error.h"
#include "wire/chat_tools.h"

namespace byeol::server {

struct WantedAnswer {
  const wire::AnswerForm& form;
  // What a chat offers; null where a text is continued: there are no thoughts and no channels.
  const wire::ChatTools* tools = nullptr;
  bool parallel_calls = true;
  bool opens_in_thought = false;  // The prompt has begun a thought, which comes first.
};

// Null where the answer may be anything. 400 where what it may be cannot be kept or read.
wire::ApiResult<std::shared_ptr<constrain::Matcher>> constraint_of(Context& context,
                                                                   const WantedAnswer& wanted);

}  // namespace byeol::server
