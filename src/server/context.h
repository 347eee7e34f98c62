// What all endpoints share.
//
// Threads: each member says so itself; the references are fixed while the server runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "runtime/constraint_cache.h"
#include "runtime/prompt_encoder.h"
#include "runtime/runtime.h"
#include "server/ids.h"
#include "server/live_responses.h"
#include "server/metrics.h"
#include "server/request_log.h"
#include "server/server_options.h"
#include "server/ticker.h"
#include "server/under_way.h"
#include "store/response_store.h"
#include "wire/answer_parser.h"
#include "wire/chat_tools.h"
#include "wire/ids.h"
#include "wire/model_list.h"
#include "wire/response_head.h"

namespace byeol::server {

struct Context {
  const ServerOptions& options;
  runtime::Runtime& runtime;
  const runtime::PromptEncoder& encoder;
  wire::AnswerFamily family;
  wire::ModelCard card;
  runtime::ConstraintCache& constraints;
  Metrics& metrics;
  RequestLog& request_log;
  store::ResponseStore& responses;
  LiveResponses& live;
  Ticker& ticker;
  UnderWay& under_way;
  // Runs on a worker: for what waits for a disk.
  std::function<void(std::function<void()>)> post;
  std::function<std::size_t()> connections;  // Open now.

  // Who reads an answer. A model without calls of its own makes forced ones as Hermes does.
  wire::AnswerFamily family_for(const wire::ChatTools& tools) const {
    const bool has_none = family == wire::AnswerFamily::kPlain;
    return has_none && tools.must_call ? wire::AnswerFamily::kHermes : family;
  }
  // Of answers: changes with whatever could change them.
  std::string fingerprint() const { return "byeol-" + card.id; }
  std::string call_id() const {
    return family == wire::AnswerFamily::kMistral ? wire::mistral_tool_call_id(random64)
                                                  : wire::tool_call_id(random64);
  }
  // What every answer begins with.
  wire::ResponseHead head(std::string id, std::optional<wire::ServiceTier> tier) const {
    return {.id = std::move(id),
            .created = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()),
            .model = card.id,
            .system_fingerprint = fingerprint(),
            .service_tier = tier};
  }
  // Whether a request's model is the one that is loaded; "" and "default" are.
  bool serves(std::string_view model) const {
    return model.empty() || model == "default" || model == card.id;
  }
};

}  // namespace byeol::server
