#include "bench/load/stub_server.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <queue>
#include <thread>
#include <utility>

#include "net/http_server.h"
#include "wire/sse.h"

namespace byeol::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kTokensMax = 1 << 20;

Clock::duration from_ms(double ms) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(ms));
}

struct Stream {
  std::shared_ptr<net::HttpExchange> exchange;
  std::string id;
  bool chat = true;
  std::int64_t tokens = 1;
  StubTimes times = {};
};

std::string chunk(const Stream& stream, const Json& choices, const Json& usage) {
  std::string event;
  const char* object = stream.chat ? "chat.completion.chunk" : "text_completion";
  Json json = {{"id", stream.id},
               {"object", object},
               {"created", 0},
               {"model", "stub"},
               {"choices", choices}};
  if (!usage.is_null()) json["usage"] = usage;
  wire::append_event(event, json.dump());
  return event;
}

std::string text_chunk(const Stream& stream) {
  Json choice = {{"index", 0}, {"finish_reason", nullptr}};
  if (stream.chat)
    choice["delta"] = {{"content", "word "}};
  else
    choice["text"] = "word ";
  return chunk(stream, Json::array({choice}), nullptr);
}

std::string last_chunks(const Stream& stream) {
  Json choice = {{"index", 0}, {"finish_reason", "length"}};
  if (stream.chat)
    choice["delta"] = Json::object();
  else
    choice["text"] = "";
  std::string events = chunk(stream, Json::array({choice}), nullptr);
  events += chunk(stream, Json::array(),
                  {{"prompt_tokens", 1},
                   {"completion_tokens", stream.tokens},
                   {"total_tokens", stream.tokens + 1},
                   {"prompt_tokens_details", {{"cached_tokens", 0}}}});
  wire::append_event(events, "[DONE]");
  return events;
}

class Stub final : public StubServer {
 public:
  explicit Stub(const StubSchedule& schedule) : schedule_(schedule) {}

  ~Stub() override {
    server_.reset();  // No handler runs afterwards.
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (writer_.joinable()) writer_.join();
  }

  Status open() {
    net::HttpServerOptions options;
    options.port = 0;
    BYEOL_TRY(server_, net::HttpServer::start(
                           options,
                           [this](std::shared_ptr<net::HttpExchange> exchange) {
                             answer(std::move(exchange));
                           },
                           [](const net::HttpRefusal& refusal, std::string_view) {
                             return net::HttpRefusalAnswer{{}, refusal.sentence};
                           }));
    writer_ = std::thread([this] { write_all(); });
    return ok();
  }

  std::string url() const override { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  StubTimes times(const std::string& id) const override {
    const std::lock_guard lock(mutex_);
    const auto found = times_.find(id);
    return found == times_.end() ? StubTimes{} : found->second;
  }

 private:
  struct Due {
    Clock::time_point at;
    std::shared_ptr<Stream> stream;
    bool operator<(const Due& other) const { return at > other.at; }  // The earliest on top.
  };

  void answer(std::shared_ptr<net::HttpExchange> exchange) {
    const net::HttpRequest& request = exchange->request();
    const net::HttpHeaders json = {{"Content-Type", "application/json"}};
    if (request.path == "/v1/models") {
      exchange->respond(200, json, R"({"object":"list","data":[{"id":"stub","object":"model"}]})");
      return;
    }
    const bool chat = request.path == "/v1/chat/completions";
    const Json body = Json::parse(request.body, nullptr, false);
    if ((!chat && request.path != "/v1/completions") || !body.is_object()) {
      exchange->respond(404, json, R"({"error":{"message":"the stub only streams completions"}})");
      return;
    }
    auto stream = std::make_shared<Stream>();
    stream->exchange = std::move(exchange);
    stream->id = request.header("x-request-id");
    stream->chat = chat;
    const auto tokens = body.find("max_tokens");
    if (tokens != body.end() && tokens->is_number_integer())
      stream->tokens = std::clamp<std::int64_t>(tokens->get<std::int64_t>(), 1, kTokensMax);
    stream->times.arrived = request.arrived;
    {
      const std::lock_guard lock(mutex_);
      ++requests_;
      if (schedule_.refuse_every == 0 || requests_ % schedule_.refuse_every != 0) {
        due_.push({request.arrived + from_ms(schedule_.first_ms), stream});
        changed_.notify_one();
        return;
      }
    }
    net::HttpHeaders headers = json;
    headers.emplace_back("retry-after-ms", std::to_string(schedule_.retry_after_ms));
    stream->exchange->respond(429, std::move(headers), R"({"error":{"message":"no room now"}})");
  }

  void write_all() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      if (due_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const Due due = due_.top();
      if (due.at > Clock::now()) {
        changed_.wait_until(lock, due.at);
        continue;
      }
      due_.pop();
      write_token(*due.stream);
      if (std::ssize(due.stream->times.written) < due.stream->tokens)
        due_.push({due.at + from_ms(schedule_.gap_ms), due.stream});
      else
        times_[due.stream->id] = due.stream->times;
    }
  }

  void write_token(Stream& stream) const {
    if (stream.times.written.empty())
      stream.exchange->begin(200, {{"Content-Type", "text/event-stream"}});
    stream.times.written.push_back(Clock::now());
    stream.exchange->write(text_chunk(stream));
    if (std::ssize(stream.times.written) < stream.tokens) return;
    stream.exchange->write(last_chunks(stream));
    stream.exchange->end();
  }

  StubSchedule schedule_;
  mutable std::mutex mutex_;  // Of all below but the server and the thread.
  std::condition_variable changed_;
  std::priority_queue<Due> due_;
  std::map<std::string, StubTimes> times_;
  std::int64_t requests_ = 0;
  bool stopping_ = false;
  std::unique_ptr<net::HttpServer> server_;
  std::thread writer_;
};

}  // namespace

Result<std::unique_ptr<StubServer>> StubServer::start(const StubSchedule& schedule) {
  auto stub = std::make_unique<Stub>(schedule);
  BYEOL_TRY_OK(stub->open());
  return std::unique_ptr<StubServer>(std::move(stub));
}

}  // namespace byeol::bench
