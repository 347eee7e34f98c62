#include "server/endpoints.h"

#include "server/chat_endpoint.h"
#include "server/completions_endpoint.h"
#include "server/embeddings_endpoint.h"
#include "server/files.h"
#include "server/plain_endpoints.h"
#include "server/responses_endpoint.h"
#include "server/scheduler_view.h"
#include "server/score_endpoint.h"
#include "server/stored_responses_endpoint.h"
#include "server/web_files.h"

namespace byeol::server {

void add_endpoints(Context& context, Router& router) {
  const auto add = [&](const char* method, std::string_view pattern, auto endpoint) {
    router.add(method, pattern, [&context, endpoint](const Call& call, const std::string& part) {
      if constexpr (std::is_invocable_v<decltype(endpoint), Context&, const Call&>)
        endpoint(context, call);
      else
        endpoint(context, call, part);
    });
  };
  add("POST", "/v1/chat/completions", chat_completions);
  add("POST", "/v1/completions", completions);
  add("POST", "/v1/responses", create_response);
  add("POST", "/v1/responses/input_tokens", count_input_tokens);
  add("GET", "/v1/responses/{id}", get_response);
  add("DELETE", "/v1/responses/{id}", delete_response);
  add("POST", "/v1/responses/{id}/cancel", cancel_response);
  add("GET", "/v1/responses/{id}/input_items", list_input_items);
  add("POST", "/v1/embeddings", embeddings);
  add("GET", "/v1/models", list_models);
  add("GET", "/v1/models/{id}", show_model);
  add("POST", "/tokenize", tokenize);
  add("POST", "/detokenize", detokenize);
  add("GET", "/v1/byeol/scheduler", scheduler_view);
  add("POST", "/v1/byeol/score", score);

  // A server that answers has its model: it listens once that is loaded.
  for (const char* path : {"/health", "/ready"})
    add("GET", path,
        [](Context&, const Call& call) { respond_json(call, 200, R"({"status":"ok"})"); });
  add("GET", "/metrics", [](Context& shared, const Call& call) {
    call.exchange->respond(200, headers_of(call, "text/plain; version=0.0.4; charset=utf-8"),
                           shared.metrics.text(shared.runtime.state(), shared.connections()));
  });
  add("GET", "/", [](Context&, const Call& call) { respond_file(call, *find_file("/")); });
  for (const File& file : web_files())
    add("GET", file.path, [&file](Context&, const Call& call) { respond_file(call, file); });
}

}  // namespace byeol::server
