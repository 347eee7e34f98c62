#include "net/http_exchange.h"

#include <algorithm>
#include <charconv>
#include <exception>

#include "base/log.h"

namespace byeol::net {
namespace {

// Somebody else's code, on our thread: what it throws must not end the server.
template <typename Call, typename... Values>
void call_guarded(const Call& call, Values... values) {
  try {
    if (call) call(values...);
  } catch (const std::exception& failure) {
    log(LogLevel::kError, std::string("a callback of an HTTP exchange threw: ") + failure.what());
  } catch (...) {
    log(LogLevel::kError, "a callback of an HTTP exchange threw");
  }
}

class Exchange final : public HttpExchange {
 public:
  explicit Exchange(std::shared_ptr<HttpAnswer> answer) : answer_(std::move(answer)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() override { answer_->drop(); }

  const HttpRequest& request() const override { return answer_->request(); }
  void respond(int status, HttpHeaders headers, std::string body) override {
    answer_->respond(status, std::move(headers), std::move(body));
  }
  void begin(int status, HttpHeaders headers) override {
    answer_->begin(status, std::move(headers));
  }
  void write(std::string bytes) override { answer_->write(bytes); }
  void end() override { answer_->end(); }
  std::size_t pending_bytes() const override { return answer_->pending_bytes(); }
  void on_drained(std::size_t bytes, std::function<void()> call) override {
    answer_->on_drained(bytes, std::move(call));
  }
  void on_hang_up(std::function<void()> call) override { answer_->on_hang_up(std::move(call)); }
  void on_done(std::function<void(int, std::uint64_t)> call) override {
    answer_->on_done(std::move(call));
  }

 private:
  const std::shared_ptr<HttpAnswer> answer_;
};

}  // namespace

std::size_t HttpOutput::advance(std::size_t bytes) {
  const auto body_taken = [this] {
    return std::clamp(taken, head.size(), head.size() + body.size()) - head.size();
  };
  const std::size_t before = body_taken();
  taken += bytes;
  return body_taken() - before;
}

void HttpAnswer::start(int status, HttpHeaders headers) {
  const bool is_final = status >= 200 && status <= 999;
  if (!is_final)
    log(LogLevel::kError, "an HTTP answer with status " + std::to_string(status) + " became 500");
  status_ = is_final ? status : 500;
  headers_ = std::move(headers);
}

void HttpAnswer::respond(int status, HttpHeaders headers, std::string body) {
  const Lock lock(mutex_);
  if (!owner_ || phase_ != Phase::kWaiting) return;
  start(status, std::move(headers));
  body_ = std::move(body);
  whole_ = true;
  phase_ = Phase::kGiven;
  wake();
}

void HttpAnswer::begin(int status, HttpHeaders headers) {
  const Lock lock(mutex_);
  if (!owner_ || phase_ != Phase::kWaiting) return;
  start(status, std::move(headers));
  phase_ = Phase::kStream;
  wake();
}

void HttpAnswer::write(std::string_view bytes) {
  const Lock lock(mutex_);
  if (!owner_ || phase_ != Phase::kStream || !takes_body() || bytes.empty()) return;
  body_ += bytes;
  wake();
}

void HttpAnswer::end() {
  const Lock lock(mutex_);
  if (!owner_ || phase_ != Phase::kStream) return;
  phase_ = Phase::kGiven;
  wake();
}

void HttpAnswer::drop() {
  const Lock lock(mutex_);
  if (!owner_ || phase_ == Phase::kGiven) return;
  phase_ = Phase::kDropped;
  wake();
}

std::size_t HttpAnswer::pending_bytes() const {
  const Lock lock(mutex_);
  return body_.size() + left_bytes_;
}

void HttpAnswer::on_drained(std::size_t bytes, std::function<void()> call) {
  {
    const Lock lock(mutex_);
    if (owner_) {
      if (body_.size() + left_bytes_ > bytes)
        on_drained_.emplace_back(bytes, std::move(call));
      else
        owner_->post([call = std::move(call)] { call_guarded(call); });
      return;
    }
  }
  call_guarded(call);
}

void HttpAnswer::on_hang_up(std::function<void()> call) {
  {
    const Lock lock(mutex_);
    if (owner_) {
      on_hang_up_.push_back(std::move(call));
      return;
    }
    if (!hung_up_) return;
  }
  call_guarded(call);
}

void HttpAnswer::on_done(std::function<void(int, std::uint64_t)> call) {
  {
    const Lock lock(mutex_);
    if (owner_) {
      on_done_.push_back(std::move(call));
      return;
    }
  }
  call_guarded(call, status_, body_bytes_);  // They change no more.
}

// With the lock held.
void HttpAnswer::wake() {
  if (!std::exchange(awake_, true)) owner_->wake();
}

HttpAnswer::Next HttpAnswer::next(bool may_keep_alive, HttpOutput& output) {
  const Lock lock(mutex_);
  if (phase_ == Phase::kDropped) return head_sent_ ? Next::kBroken : Next::kUnanswered;
  const bool given = phase_ == Phase::kGiven;
  if (phase_ == Phase::kWaiting || (head_sent_ && body_.empty() && !given)) {
    awake_ = false;
    return Next::kNothing;
  }
  output.head.clear();
  output.body.clear();
  output.tail = {};
  output.taken = 0;
  if (!std::exchange(head_sent_, true)) add_head(may_keep_alive, output);
  add_body(output);
  if (given && framing_ == HttpBodyFraming::kChunked && takes_body())
    output.tail = output.tail.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  left_bytes_ = output.left();
  return given ? Next::kLast : Next::kPart;
}

void HttpAnswer::add_head(bool may_keep_alive, HttpOutput& output) {
  framing_ = !has_body(status_) ? HttpBodyFraming::kNone
             : whole_           ? HttpBodyFraming::kLength
             : http_1_0_        ? HttpBodyFraming::kUntilClose
                                : HttpBodyFraming::kChunked;
  keep_alive_ = may_keep_alive && framing_ != HttpBodyFraming::kUntilClose;
  output.head = http_head({.status = status_,
                           .framing = framing_,
                           .body_bytes = body_.size(),
                           .keep_alive = keep_alive_},
                          headers_);
  if (!takes_body()) body_.clear();
}

void HttpAnswer::add_body(HttpOutput& output) {
  if (body_.empty()) return;
  if (framing_ == HttpBodyFraming::kChunked) {
    char digits[16];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, body_.size(), 16);
    static_cast<void>(error);  // Sixteen digits hold every size.
    output.head.append(digits, end).append("\r\n");
    output.tail = "\r\n";
  }
  output.body.swap(body_);  // The two buffers take turns: a stream allocates no more once warm.
}

void HttpAnswer::respond_unanswered(HttpRefusalAnswer refusal) {
  const Lock lock(mutex_);
  log(LogLevel::kError, request_.method + " " + request_.path + " was dropped without an answer");
  status_ = 500;
  headers_ = std::move(refusal.headers);
  body_ = std::move(refusal.body);
  whole_ = true;
  phase_ = Phase::kGiven;
}

void HttpAnswer::sent(std::size_t left_bytes, std::size_t body_bytes) {
  std::vector<std::function<void()>> drained;
  {
    const Lock lock(mutex_);
    left_bytes_ = left_bytes;
    body_bytes_ += body_bytes;
    if (!on_drained_.empty()) drained = take_drained();
  }
  for (const std::function<void()>& call : drained) call_guarded(call);
}

// With the lock held.
std::vector<std::function<void()>> HttpAnswer::take_drained() {
  std::vector<std::function<void()>> drained;
  std::erase_if(on_drained_, [&](auto& waiting) {
    if (body_.size() + left_bytes_ > waiting.first) return false;
    drained.push_back(std::move(waiting.second));
    return true;
  });
  return drained;
}

void HttpAnswer::finish(bool hung_up) {
  // What is taken goes outside of the lock: a callback may hold the last reference to the exchange.
  std::shared_ptr<HttpExchangeOwner> owner;
  std::vector<std::function<void()>> hang_up;
  std::vector<std::function<void()>> drained;
  std::vector<std::function<void(int, std::uint64_t)>> done;
  {
    const Lock lock(mutex_);
    if (!owner_) return;
    owner.swap(owner_);
    hung_up_ = hung_up;
    if (!head_sent_) status_ = 0;
    body_ = {};
    left_bytes_ = 0;
    hang_up.swap(on_hang_up_);
    drained = take_drained();
    done.swap(on_done_);
  }
  if (hung_up)
    for (const auto& call : hang_up) call_guarded(call);
  for (const auto& call : drained) call_guarded(call);
  for (const auto& call : done) call_guarded(call, status_, body_bytes_);
}

bool HttpAnswer::is_given() const {
  const Lock lock(mutex_);
  return phase_ == Phase::kGiven;
}

std::shared_ptr<HttpExchange> make_http_exchange(std::shared_ptr<HttpAnswer> answer) {
  return std::make_shared<Exchange>(std::move(answer));
}

}  // namespace byeol::net
