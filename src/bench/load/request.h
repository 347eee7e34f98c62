// A planned request as the bytes that an OpenAI-compatible server reads.
//
// Threads: pure functions.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "bench/load/plan.h"
#include "net/http_client.h"

namespace byeol::bench {

enum class LoadEndpoint { kChat, kCompletions };

struct LoadTarget {
  std::string url = "http://127.0.0.1:8080";  // With or without /v1.
  LoadEndpoint endpoint = LoadEndpoint::kChat;
  std::string model = "default";
  std::string api_key = {};
  double temperature = 0;
  bool ignore_eos = false;     // So that exactly max_tokens come, of servers that know the field.
  bool send_deadline = false;  // The object `deadline`, which Byeol's server knows.
  std::chrono::milliseconds timeout{300'000};  // For the whole of an answer.
};

// The JSON of the request; it asks for a stream and for usage at its end.
std::string request_body(const LoadTarget& target, const LoadRequest& request);

// `id` becomes the header x-request-id.
net::HttpCall request_call(const LoadTarget& target, std::string body, const std::string& id);

// Asks for the list of models. The failure of it, as a sentence for a person: nobody listens
// there. A server that answers anything is one.
Status check_reachable(net::HttpClient& client, const LoadTarget& target);

}  // namespace byeol::bench
