// What a server is told when it starts. Plain values; the command line and a TOML file fill them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/http_server.h"

namespace byeol::server {

struct ServerOptions {
  net::HttpServerOptions http;
  std::string model_name;             // As /v1/models tells it; requests may also say "default".
  std::string model_path;             // For its size.
  std::vector<std::string> api_keys;  // Empty: everybody may come in.
  // Whose pages may call: "*", or origins such as https://example.org. Pages of this machine
  // (http://localhost and 127.0.0.1, any port) always may.
  std::vector<std::string> cors_origins;
  bool log_requests = true;        // One line each, on standard error.
  bool log_prompts = false;        // Their texts, too.
  std::string request_log_path;    // Empty: none. See docs/request_log.md.
  std::string store_path;          // Of responses; empty: in memory, gone with the process.
  std::string prefix_cache_dir;    // Empty: prefixes are not kept over a restart.
  bool speculates = true;          // Guesses tokens ahead: the same answers, sooner or later.
  std::int32_t max_tokens = 2048;  // Of an answer, where the request does not say.
  std::int32_t answers_max = 64;   // Of one request: prompts times n.
};

}  // namespace byeol::server
