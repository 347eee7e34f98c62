#include "server/server.h"

#include <algorithm>
#include <filesystem>
#include <latch>
#include <optional>
#include <utility>

#include "server/access.h"
#include "server/access_log.h"
#include "server/endpoints.h"
#include "server/files.h"
#include "server/idempotency.h"
#include "server/interrupted_responses.h"
#include "store/store_lock.h"

namespace byeol::server {
namespace {

// So often a drain looks whether it should hurry.
constexpr std::chrono::milliseconds kLook{100};
// For a server before this one to end and let go of the store.
constexpr std::chrono::seconds kStoreWait{3};
// For the last bytes of what was cancelled.
constexpr std::chrono::milliseconds kFarewell{500};

wire::ModelCard make_card(const ServerOptions& options, const runtime::Runtime& runtime,
                          const runtime::PromptEncoder& encoder) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(options.model_path, ignored);
  return {.id = options.model_name,
          .created = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()),
          .max_model_len = runtime.context_tokens(),
          .parameters = runtime.parameters(),
          .size_bytes = ignored ? 0 : static_cast<std::int64_t>(size),
          .chat_template = encoder.has_template(),
          .tools = encoder.capabilities().tools,
          .thinking = encoder.capabilities().thinking};
}

// Free for all: who only wants to know whether the server lives, and the playground's own files.
// /metrics is not: it tells what others do (docs/api.md says how Prometheus sends a key).
bool is_public(const net::HttpRequest& request) {
  return request.path == "/health" || request.path == "/ready" ||
         find_file(request.path) != nullptr;
}

// An id of the client's own goes into headers, logs and JSON.
bool is_usable_id(std::string_view given) {
  constexpr std::size_t kIdMax = 200;
  return !given.empty() && given.size() <= kIdMax &&
         std::ranges::all_of(given, [](char byte) { return byte >= 0x20 && byte < 0x7f; });
}

}  // namespace

struct Server::Parts {
  Parts(const ServerOptions& given, runtime::Runtime& runtime, Metrics& metrics,
        runtime::PromptEncoder prompt_encoder, std::unique_ptr<RequestLog> log,
        store::ResponseStore store)
      : options(given),
        encoder(std::move(prompt_encoder)),
        request_log(std::move(log)),
        responses(std::move(store)),
        constraints(runtime.model().tokenizer()),
        access(options.api_keys, options.cors_origins, options.http.host),
        context{.options = options,
                .runtime = runtime,
                .encoder = encoder,
                .family = wire::answer_family(encoder.template_source()),
                .card = make_card(options, runtime, encoder),
                .constraints = constraints,
                .metrics = metrics,
                .request_log = *request_log,
                .responses = responses,
                .live = live,
                .ticker = ticker,
                .under_way = under_way,
                .post = [this](std::function<void()> call) { http->post(std::move(call)); },
                .connections = [this] { return http ? http->connections() : 0; }} {
    add_endpoints(context, router);
  }

  // Each model has one of its own.
  std::string prefix_folder() const;
  void load_prefixes();
  void handle(std::shared_ptr<net::HttpExchange> exchange);
  // What never became a request: broken HTTP, too large, too slow, a connection too many.
  net::HttpRefusalAnswer refuse(const net::HttpRefusal& refusal, std::string_view peer);
  Call make_call(std::shared_ptr<net::HttpExchange> exchange) const;

  ServerOptions options;
  runtime::PromptEncoder encoder;
  std::unique_ptr<RequestLog> request_log;
  std::optional<store::StoreLock> store_lock;  // None where responses are kept in memory.
  store::ResponseStore responses;
  LiveResponses live;
  runtime::ConstraintCache constraints;
  Access access;
  Idempotency idempotency;
  Ticker ticker;
  UnderWay under_way;
  Context context;
  Router router;
  std::vector<std::string> warnings;
  std::latch started{1};                  // `http` is there for who is called by it.
  std::unique_ptr<net::HttpServer> http;  // Last: its threads use all of the above.
};

std::string Server::Parts::prefix_folder() const {
  std::string name = context.card.id;
  std::ranges::replace(name, '/', '_');
  return options.prefix_cache_dir + "/" + name;
}

// A cache that cannot be read costs time and nothing else.
void Server::Parts::load_prefixes() {
  const Result<std::int64_t> tokens = context.runtime.load_prefixes(prefix_folder());
  if (!tokens) warnings.push_back("the prefix cache is not used: " + tokens.error().message);
}

Call Server::Parts::make_call(std::shared_ptr<net::HttpExchange> exchange) const {
  Call call{.exchange = std::move(exchange), .id = {}, .headers = {}};
  const std::string_view given = call.request().header("x-request-id");
  call.id =
      is_usable_id(given) ? std::string(given) : wire::make_id("req_", wire::kIdLetters, random64);
  call.headers = access.cors_headers(call.request().header("origin"));
  call.headers.emplace_back("x-request-id", call.id);
  return call;
}

void Server::Parts::handle(std::shared_ptr<net::HttpExchange> exchange) {
  Call call = make_call(std::move(exchange));
  const net::HttpRequest& request = call.request();
  call.exchange->on_done(
      [this, id = call.id, weak = std::weak_ptr(call.exchange), arrived = request.arrived,
       method = request.method, path = request.path, peer = request.peer,
       pattern = router.pattern_of(request)](int status, std::uint64_t body_bytes) {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - arrived;
        context.metrics.responded(pattern, method, status, taken.count(), body_bytes);
        if (options.log_requests)
          log_access({.peer = peer,
                      .method = method,
                      .path = path,
                      .request = id,
                      .status = status,
                      .body_bytes = body_bytes,
                      .seconds = taken.count()});
      });
  if (options.log_prompts && !request.body.empty()) log_body(call.id, request.body);
  if (const wire::ApiStatus page = access.check_page(request); !page)
    return respond_error(call, page.error());
  if (request.method == "OPTIONS")
    return call.exchange->respond(204, access.preflight_headers(request), {});
  if (!is_public(request)) {
    const wire::ApiResult<std::uint32_t> tenant = access.tenant_of(request);
    if (!tenant) return respond_error(call, tenant.error());
    call.tenant = *tenant;
    call.owner = access.owner_of(*tenant);
  }
  if (idempotency.admit(call)) router.route(call);
}

net::HttpRefusalAnswer Server::Parts::refuse(const net::HttpRefusal& refusal,
                                             std::string_view peer) {
  wire::ApiError error = wire::invalid_request(wire::sentence(refusal.sentence));
  error.status = refusal.status;
  if (refusal.status >= 500) error.type = "server_error";
  net::HttpRefusalAnswer answer{{{"content-type", "application/json"}}, wire::body_of(error)};
  // The other 500 is a request's, whose end is logged already.
  if (refusal.status == 500) return answer;
  const std::string id = wire::make_id("req_", wire::kIdLetters, random64);
  answer.headers.emplace_back("x-request-id", id);
  if (refusal.status == 503) answer.headers.emplace_back("retry-after", "1");
  context.metrics.turned_away(refusal.status, answer.body.size());
  if (options.log_requests)
    log_access({.peer = peer,
                .method = "-",
                .path = "-",
                .request = id,
                .status = refusal.status,
                .body_bytes = answer.body.size()});
  return answer;
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                              runtime::Runtime& runtime, Metrics& metrics) {
  BYEOL_TRY(runtime::PromptEncoder encoder, runtime.make_encoder());
  const std::string store_path = options.store_path.empty() ? ":memory:" : options.store_path;
  std::optional<store::StoreLock> store_lock;
  if (store_path != ":memory:") {
    BYEOL_TRY(store_lock, store::StoreLock::take(store_path, kStoreWait));
  }
  BYEOL_TRY(store::ResponseStore store, store::ResponseStore::open(store_path));
  BYEOL_TRY(std::unique_ptr<RequestLog> log,
            RequestLog::open(options.request_log_path, options.model_name));
  auto parts = std::make_unique<Parts>(options, runtime, metrics, std::move(encoder),
                                       std::move(log), std::move(store));
  parts->store_lock = std::move(store_lock);
  if (!parts->encoder.has_template())
    parts->warnings.push_back(
        "the model has no chat template: conversations are written as plain text (docs/api.md)");
  if (!options.prefix_cache_dir.empty()) parts->load_prefixes();
  Parts* const raw = parts.get();
  BYEOL_TRY(parts->http, net::HttpServer::start(
                             options.http,
                             [raw](std::shared_ptr<net::HttpExchange> exchange) {
                               raw->started.wait();
                               raw->handle(std::move(exchange));
                             },
                             [raw](const net::HttpRefusal& refusal, std::string_view peer) {
                               return raw->refuse(refusal, peer);
                             }));
  // Not before the address is ours: who is told that it is taken has changed nothing.
  if (const Status failed = fail_interrupted(parts->responses); !failed)
    parts->warnings.push_back("responses of an earlier run stay unfinished: " +
                              failed.error().message);
  parts->started.count_down();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  parts_->under_way.stop();
  // Its calls use what goes before it.
  parts_->ticker.stop();
}

std::string Server::url() const {
  const net::HttpServerOptions& http = parts_->options.http;
  const bool is_v6 = http.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + http.host + "]" : http.host;
  return (http.tls_cert_path.empty() ? "http://" : "https://") + host + ":" +
         std::to_string(parts_->http->port());
}

const std::vector<std::string>& Server::warnings() const {
  return parts_->warnings;
}

bool Server::drain(std::chrono::milliseconds patience, const std::function<bool()>& hurry) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + patience;
  parts_->under_way.drain();
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
    const auto look = std::clamp(left, std::chrono::milliseconds(0), kLook);
    // Connections and handlers first: until they are gone, something may still begin.
    if (parts_->http->drain(look) && parts_->under_way.wait(look)) return true;
    if (left <= kLook || (hurry && hurry())) return false;
  }
}

void Server::cancel() {
  parts_->under_way.stop();
  (void)parts_->http->drain(kFarewell);
}

Status Server::save_prefixes() {
  if (parts_->options.prefix_cache_dir.empty()) return ok();
  return parts_->context.runtime.save_prefixes(parts_->prefix_folder());
}

}  // namespace byeol::server
