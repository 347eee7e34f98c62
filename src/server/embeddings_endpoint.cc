#include "server/embeddings_endpoint.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <variant>

#include "server/read_request.h"
#include "server/turn_end.h"
#include "server/turn_request.h"
#include "wire/embedding_request.h"

namespace byeol::server {
namespace {

constexpr std::size_t kAtOnce = 8;  // Of a request's inputs: others want to run, too.

// The inputs of one request, some at a time. Its deadline is one, too: all inputs count from the
// same arrival, and the one that ends last, or fails first, judges it.
class Embeddings : public std::enable_shared_from_this<Embeddings> {
 public:
  Embeddings(Context& context, Call call, wire::EmbeddingRequest request,
             std::vector<runtime::Turn> turns)
      : context_(context),
        call_(std::move(call)),
        request_(std::move(request)),
        turns_(std::move(turns)),
        vectors_(turns_.size()) {
    for (const runtime::Turn& turn : turns_)
      prompt_tokens_ += static_cast<std::int64_t>(turn.prompt.size());
  }
  Embeddings(const Embeddings&) = delete;
  Embeddings& operator=(const Embeddings&) = delete;
  ~Embeddings() { context_.under_way.leave(this); }

  void start() {
    const auto stop_it = [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->stop();
    };
    if (!context_.under_way.enter(this, stop_it)) return respond_error(call_, stopping_error());
    call_.exchange->on_hang_up(stop_it);
    for (std::size_t i = 0; i < std::min(kAtOnce, turns_.size()); ++i) submit_next();
  }

 private:
  class Listener;

  void submit_next();
  void stop();
  void ended(std::size_t input, const LoggedTurn& logged, const runtime::TurnEnd& end);
  void fail(const runtime::TurnEnd& end);
  void respond(const std::optional<wire::DeadlineReport>& report);

  Context& context_;
  Call call_;
  wire::EmbeddingRequest request_;
  std::vector<runtime::Turn> turns_;
  std::int64_t prompt_tokens_ = 0;

  std::mutex mutex_;  // Of what follows: several turns end while others are submitted.
  std::vector<std::vector<float>> vectors_;
  std::vector<runtime::TurnId> running_;
  std::size_t next_ = 0, done_ = 0;
  bool over_ = false;
};

class Embeddings::Listener : public runtime::TurnListener {
 public:
  Listener(std::shared_ptr<Embeddings> owner, std::size_t input, LoggedTurn logged)
      : owner_(std::move(owner)), input_(input), logged_(std::move(logged)) {}

  void on_token(const runtime::TokenEvent&) override {}
  void on_end(const runtime::TurnEnd& end) override { owner_->ended(input_, logged_, end); }

 private:
  std::shared_ptr<Embeddings> owner_;
  std::size_t input_;
  LoggedTurn logged_;
};

void Embeddings::submit_next() {
  const std::lock_guard lock(mutex_);
  if (over_ || next_ == turns_.size()) return;
  const std::size_t input = next_++;
  runtime::Turn turn = std::move(turns_[input]);
  const LoggedTurn logged = to_log(context_, call_, "embeddings", static_cast<int>(input), turn);
  const auto id = context_.runtime.submit(
      std::move(turn), std::make_shared<Listener>(shared_from_this(), input, logged));
  if (id) return running_.push_back(*id);
  over_ = true;
  for (const runtime::TurnId running : running_) context_.runtime.cancel(running);
  record_unsubmitted(context_, logged, id.error());
  wire::ApiError error = submit_error(id.error());
  if (error.status != 429) error.param = "input";
  respond_refused(call_, error, submit_retry_ms(id.error()));
}

void Embeddings::stop() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(over_, true)) return;
  for (const runtime::TurnId running : running_) context_.runtime.cancel(running);
  respond_error(call_, stopping_error());  // Who hung up does not hear it.
}

void Embeddings::ended(std::size_t input, const LoggedTurn& logged, const runtime::TurnEnd& end) {
  {
    const std::lock_guard lock(mutex_);
    const bool failed = end.reason != runtime::FinishReason::kStop;
    const bool last = !over_ && (failed || done_ + 1 == vectors_.size());
    record(context_, logged, end, last ? Judges::kYes : Judges::kNo);
    if (over_) return;
    if (failed) return fail(end);
    vectors_[input] = end.embedding;
    ++done_;
    if (last) return respond(report_of(logged, end));
  }
  context_.post([self = shared_from_this()] { self->submit_next(); });
}

void Embeddings::fail(const runtime::TurnEnd& end) {
  over_ = true;
  for (const runtime::TurnId running : running_) context_.runtime.cancel(running);
  respond_refused(call_, error_of(end), end.retry_after_ms);
}

void Embeddings::respond(const std::optional<wire::DeadlineReport>& report) {
  over_ = true;
  for (std::vector<float>& vector : vectors_) {
    if (request_.dimensions) vector.resize(static_cast<std::size_t>(*request_.dimensions));
    runtime::normalise(vector);
  }
  respond_json(
      call_, 200,
      wire::embedding_response(context_.card.id, vectors_, request_.encoding, prompt_tokens_),
      deadline_headers(report));
}

wire::ApiResult<wire::EmbeddingRequest> read(const Context& context, const Call& call) {
  BYEOL_TRY(const wire::Json body, read_body(call));
  BYEOL_TRY(wire::EmbeddingRequest request, wire::read_embedding_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY_OK(wire::add_deadline_headers(header_lookup(call), request.deadline));
  const std::int32_t width = context.runtime.model().config().width;
  if (request.dimensions && *request.dimensions > width)
    return wire::invalid_request("'dimensions' is " + std::to_string(*request.dimensions) +
                                     "; expected at most " + std::to_string(width) +
                                     ", as many as this model has.",
                                 "dimensions");
  return request;
}

}  // namespace

void embeddings(Context& context, const Call& call) {
  wire::ApiResult<wire::EmbeddingRequest> request = read(context, call);
  if (!request) return respond_error(call, request.error());
  runtime::Turn turn;
  turn.output = runtime::Output::kEmbedding;
  turn.arrived = call.request().arrived;
  turn.tenant = call.tenant;
  turn.name = call.id;
  set_deadline(request->deadline, request->service_tier, turn);
  // A part of an embedding is none: it cannot be brought to an end sooner.
  if (turn.deadline.on_miss == runtime::OnMiss::kFinish)
    turn.deadline.on_miss = runtime::OnMiss::kDegrade;
  std::vector<runtime::Turn> turns(request->inputs.size(), turn);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const wire::PromptInput& input = request->inputs[i];
    if (const auto* ids = std::get_if<std::vector<std::int32_t>>(&input))
      turns[i].prompt = *ids;
    else
      turns[i].prompt = context.encoder.encode_text(std::get<std::string>(input), true);
  }
  std::make_shared<Embeddings>(context, call, *std::move(request), std::move(turns))->start();
}

}  // namespace byeol::server
