// byeol serve [--model M] [--host H] [--port P] [--threads N] [--context N] [--api-key KEY]
//             [--tls-cert FILE --tls-key FILE] [--config FILE] …
#include <poll.h>

#include <cstdio>
#include <filesystem>

#include "cli/command_line.h"
#include "cli/interrupts.h"
#include "cli/kv_option.h"
#include "cli/model_option.h"
#include "cli/threads_option.h"
#include "cli/toml_config.h"
#include "cli/verbs.h"
#include "net/wake_batch.h"
#include "runtime/runtime.h"
#include "server/server.h"

namespace byeol::cli {
namespace {

class ServeOptions {
 public:
  explicit ServeOptions(CLI::App& app) : model_(app), kv_(app), threads_(app) {
    add_address(app);
    add_access(app);
    add_limits(app);
    add_files(app);
    app.set_config("--config", "", "A TOML file with these options, by their names")
        ->type_name("FILE");
    app.config_formatter(std::make_shared<TomlConfig>());
    app.allow_config_extras(CLI::config_extras_mode::error);
  }
  ServeOptions(const ServeOptions&) = delete;
  ServeOptions& operator=(const ServeOptions&) = delete;

  // Looks at what belongs together, and brings the model where it is absent.
  Status prepare();
  // Gets the model ready; `metrics` is made on the way.
  Result<std::unique_ptr<runtime::Runtime>> load(std::unique_ptr<server::Metrics>& metrics);
  const server::ServerOptions& server() const { return server_; }
  std::chrono::seconds patience() const { return std::chrono::seconds(drain_s_); }
  bool is_open_to_others() const {
    const std::string& host = server_.http.host;
    return host != "localhost" && host != "::1" && !host.starts_with("127.");
  }
  void print_limits(const runtime::Runtime& runtime) const;

 private:
  void add_address(CLI::App& app);
  void add_access(CLI::App& app);
  void add_limits(CLI::App& app);
  void add_files(CLI::App& app);

  ModelOption model_;
  KvOption kv_;
  ThreadsOption threads_;
  server::ServerOptions server_;
  std::int32_t context_ = 0;
  std::int32_t cache_tokens_ = 0;
  std::int32_t queue_ = 256;
  std::int64_t body_kb_ = 8 * 1024, header_kb_ = 16;
  int drain_s_ = 30;
  int step_ms_ = 0;
  bool no_calibration_ = false, no_access_log_ = false, no_speculation_ = false;
};

void ServeOptions::add_address(CLI::App& app) {
  app.add_option("--host", server_.http.host,
                 "The address to listen on; other than this machine's own, everybody there can "
                 "reach it")
      ->capture_default_str();
  app.add_option("--port", server_.http.port, "0: any free one")->capture_default_str();
  app.add_option("--tls-cert", server_.http.tls_cert_path, "A certificate (PEM): then it is https")
      ->type_name("FILE");
  app.add_option("--tls-key", server_.http.tls_key_path, "... and its key")->type_name("FILE");
}

void ServeOptions::add_access(CLI::App& app) {
  app.add_option("--api-key", server_.api_keys,
                 "Who does not send this key is refused (may be given several times: each key is "
                 "a tenant of its own)")
      ->type_name("KEY")
      ->envname("BYEOL_API_KEY")
      ->allow_extra_args(false);
  app.add_option("--cors-origin", server_.cors_origins,
                 "Pages of this origin may call, too; *: all. Those of this machine always may")
      ->type_name("ORIGIN")
      ->allow_extra_args(false);
}

void ServeOptions::add_limits(CLI::App& app) {
  app.add_option("--context", context_,
                 "Tokens of prompt and answer of one request, at most what the model was made for. "
                 "Default: that, at most 8192")
      ->check(CLI::Range(64, 1 << 24));
  app.add_option("--cache-tokens", cache_tokens_,
                 "Tokens that the KV cache holds, all requests together. Default: 4 contexts")
      ->check(CLI::Range(64, 1 << 28));
  app.add_option("--queue", queue_, "Requests that run or wait at once; more are refused")
      ->capture_default_str()
      ->check(CLI::Range(1, 512));
  app.add_option("--max-tokens", server_.max_tokens, "Of an answer, where the request does not say")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 24));
  app.add_option(
         "--step-ms", step_ms_,
         "The longest step: so long a newcomer waits, and a stream beside a long prompt. Default: "
         "32 to 150, as fits the model")
      ->check(CLI::Range(5, 10'000));
  app.add_option("--connections", server_.http.connections_max, "Open at once")
      ->capture_default_str();
  app.add_option("--body-kb", body_kb_, "The largest body of a request")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--header-kb", header_kb_, "The largest header of a request")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--drain-s", drain_s_, "How long a stop waits for answers under way")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400));
  app.add_flag("--no-speculation", no_speculation_,
               "Compute one token at a time: the same answers, slower where they repeat");
  app.add_flag("--no-calibration", no_calibration_,
               "Start three seconds sooner; the first promises are then guesses");
}

void ServeOptions::add_files(CLI::App& app) {
  app.add_option("--name", server_.model_name, "What requests call the model. Default: its file's")
      ->type_name("NAME");
  app.add_option("--store", server_.store_path,
                 "Keeps the responses of /v1/responses here (SQLite). Default: in memory")
      ->type_name("FILE");
  app.add_option("--prefix-cache", server_.prefix_cache_dir,
                 "Keeps what prompts begin with here, over a restart")
      ->type_name("DIR");
  app.add_option("--request-log", server_.request_log_path,
                 "A line of JSON for each request, without texts (docs/request_log.md)")
      ->type_name("FILE");
  app.add_flag("--no-access-log", no_access_log_, "No line for each request on standard error");
  app.add_flag("--log-prompts", server_.log_prompts, "The texts of requests in the log, too");
}

Status ServeOptions::prepare() {
  if (server_.http.tls_cert_path.empty() != server_.http.tls_key_path.empty())
    return Error{ErrorCode::kInvalidArgument, "--tls-cert and --tls-key belong together"};
  for (const std::string& key : server_.api_keys)
    if (key.empty()) return Error{ErrorCode::kInvalidArgument, "--api-key is empty"};
  server_.http.body_bytes_max = static_cast<std::size_t>(body_kb_) * 1024;
  server_.http.header_bytes_max = static_cast<std::size_t>(header_kb_) * 1024;
  server_.log_requests = !no_access_log_;
  server_.speculates = !no_speculation_;
  BYEOL_TRY(server_.model_path, model_.path());
  if (server_.model_name.empty())
    server_.model_name = std::filesystem::path(server_.model_path).stem().string();
  return ok();
}

Result<std::unique_ptr<runtime::Runtime>> ServeOptions::load(
    std::unique_ptr<server::Metrics>& metrics) {
  metrics = std::make_unique<server::Metrics>(server_.model_name);

  runtime::RuntimeOptions options;
  options.threads = threads_.asked();
  options.context_tokens = context_;
  options.engine.kv_type = kv_.type();
  options.engine.kv_tokens = cache_tokens_;
  options.contexts = 4;
  options.turns_max = queue_;
  options.step_max = std::chrono::milliseconds(step_ms_);
  options.calibrate = !no_calibration_;
  options.on_step = [heard = metrics.get()](const runtime::StepReport& step) { heard->step(step); };
  options.hand_out = [](const std::function<void()>& results) {
    const net::WakeBatch batch;
    results();
  };
  return runtime::Runtime::load(server_.model_path, options);
}

void ServeOptions::print_limits(const runtime::Runtime& runtime) const {
  const runtime::RuntimeState state = runtime.state();
  const net::HttpServerOptions& http = server_.http;
  const auto seconds = [](std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
  };
  std::fprintf(
      stderr,
      "limits: context %d tokens, KV cache %lld tokens, %d requests, answers of %d tokens "
      "unless asked for more, steps of %.0f ms, %zu connections, bodies of %lld KB, headers "
      "of %lld KB; a header may take %.0f s, a body %.0f, a reader %.0f for its next byte, an idle "
      "connection %.0f; a stop waits %d s\n",
      runtime.context_tokens(), static_cast<long long>(state.kv_capacity_tokens), queue_,
      server_.max_tokens, state.step_max_us / 1e3, http.connections_max,
      static_cast<long long>(body_kb_), static_cast<long long>(header_kb_),
      seconds(http.header_timeout), seconds(http.body_timeout), seconds(http.write_timeout),
      seconds(http.idle_timeout), drain_s_);
}

void warn_if_open(const ServeOptions& options) {
  if (!options.is_open_to_others() || !options.server().api_keys.empty()) return;
  std::fprintf(stderr,
               "WARNING: this server listens on %s without an API key: whoever can reach that "
               "address can use it, and read what is stored. Give it an --api-key, or --host "
               "127.0.0.1.\n",
               options.server().http.host.c_str());
}

// Whether somebody wished that we end, since it was last asked.
bool end_is_wished(Interrupts& interrupts) {
  const Interrupts::Taken taken = interrupts.take();
  return taken.interrupt || taken.end;
}

void wait_for_end(Interrupts& interrupts) {
  for (;;) {
    pollfd wait{interrupts.descriptor(), POLLIN, 0};
    ::poll(&wait, 1, -1);
    if (end_is_wished(interrupts)) return;
  }
}

// Who says it twice means now. False: so it was.
bool stop(server::Server& server, std::chrono::seconds patience, Interrupts& interrupts) {
  std::fprintf(stderr, "stopping: answers under way have %lld s to end; once more: at once\n",
               static_cast<long long>(patience.count()));
  bool hurries = false;
  if (server.drain(patience, [&] { return hurries = end_is_wished(interrupts); })) return true;
  server.cancel();
  std::fprintf(stderr, "some answers were cut off\n");
  return !hurries;
}

Status serve(ServeOptions& options) {
  // What may have to be fetched is fetched while Ctrl-C still ends the program.
  BYEOL_TRY_OK(options.prepare());
  // Before any thread starts, so that signals come here and nowhere else.
  Interrupts interrupts;
  std::unique_ptr<server::Metrics> metrics;
  BYEOL_TRY(const auto runtime, options.load(metrics));
  BYEOL_TRY(const auto server, server::Server::start(options.server(), *runtime, *metrics));
  for (const std::string& warning : server->warnings())
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  warn_if_open(options);
  options.print_limits(*runtime);
  std::printf("%s is served at %s (%s, %d threads); the playground is there, too\n",
              options.server().model_name.c_str(), server->url().c_str(), runtime->isa(),
              runtime->threads());
  std::fflush(stdout);
  wait_for_end(interrupts);
  // What is saved there takes its time, and is no more than time saved.
  if (!stop(*server, options.patience(), interrupts)) return ok();
  return server->save_prefixes();
}

}  // namespace

int run_serve(int argc, char** argv) {
  CLI::App app{"Serve a model over OpenAI's API.", "byeol serve"};
  app.footer(
      "Examples: byeol serve\n"
      "          byeol serve --model gemma3-270m --port 9000 --api-key SECRET\n"
      "          byeol serve --config byeol.toml     with lines like: port = 9000\n"
      "          curl http://127.0.0.1:8080/v1/chat/completions -H 'content-type: "
      "application/json' \\\n"
      "               -d '{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
      "\"deadline\":{\"first_ms\":500}}'\n"
      "Any client of OpenAI's works with the base URL http://127.0.0.1:8080/v1; the model's name "
      "is "
      "\"default\".\n"
      "The playground is at http://127.0.0.1:8080/. What there is: docs/api.md.");
  ServeOptions options(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = serve(options);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
