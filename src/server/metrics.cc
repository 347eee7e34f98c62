#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <utility>
#include <vector>

#include "runtime/turn_names.h"

namespace byeol::server {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using Labels = std::map<std::string, std::string>;
using Buckets = Histogram::BucketBoundaries;

const Buckets kFirstToken = {.001, .005, .01, .02, .04, .06, .08, .1, .25, .5,  .75,
                             1,    2.5,  5,   7.5, 10,  20,  40,  80, 160, 640, 2560};
const Buckets kGap = {.01, .025, .05, .075, .1,  .15, .2, .3, .4, .5,
                      .75, 1,    2.5, 5,    7.5, 10,  20, 40, 80};
const Buckets kRequest = {.3, .5, .8, 1,  1.5, 2,   2.5, 5,   10,   15,  20,
                          30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680};
const Buckets kTokens = {1,   2,    5,    10,   20,    50,    100,   200,
                         500, 1000, 2000, 5000, 10000, 20000, 50000, 100000};
const Buckets kStepTokens = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};
const Buckets kStep = {.001, .002, .005, .01, .02, .03, .05, .075, .1, .15, .2, .3, .5, 1, 2};
const Buckets kHttp = {.001, .005, .01, .05, .1, .5, 1, 5, 10, 60, 300};

constexpr std::int64_t kPageTokens = 32;  // Of the KV cache.

// A client may send any word, which must not make a new time series.
std::string known_method(std::string_view method) {
  for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    if (method == known) return std::string(known);
  return "other";
}

const char* vllm_reason(runtime::FinishReason reason) {
  switch (reason) {
    case runtime::FinishReason::kStop:
      return "stop";
    case runtime::FinishReason::kLength:
      return "length";
    default:
      return "abort";
  }
}

}  // namespace

struct Metrics::Families {
  explicit Families(std::string model_name)
      : model({{"model_name", std::move(model_name)}, {"engine", "0"}}) {}

  Family<Counter>& counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  Histogram& histogram(const char* name, const char* help, const Buckets& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(model,
                                                                                     buckets);
  }
  Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(model);
  }
  Counter& model_counter(const char* name, const char* help) {
    return counter(name, help).Add(model);
  }

  prometheus::Registry registry;
  Labels model;

  // Ours.
  Family<Counter>& turns = counter("byeol_turns_total", "Turns that ended, by class and outcome.");
  Family<Counter>& met =
      counter("byeol_deadline_met_total", "Turns with a deadline of their own that kept it.");
  Family<Counter>& missed = counter("byeol_deadline_missed_total",
                                    "Those that missed it, by class and the limit that broke.");
  Counter& finished_early = model_counter("byeol_finished_early_total",
                                          "Answers that were ended to keep their deadline.");
  Histogram& step_seconds =
      histogram("byeol_step_seconds", "What a step of the engine took.", kStep);
  Histogram& cached_tokens =
      histogram("byeol_cached_prompt_tokens", "Of a prompt: were in the prefix tree.", kTokens);
  Gauge& step_error = gauge("byeol_step_prediction_error_ratio",
                            "95 of 100 predictions of a step's time were off by less.");
  Gauge& prefix_tokens = gauge("byeol_prefix_tokens", "Tokens that the prefix tree holds.");
  Gauge& guarantees_missed = gauge("byeol_guarantees_missed", "Promises that were not kept.");
  Gauge& connections = gauge("byeol_connections", "Open connections.");

  // vLLM's names.
  Gauge& running = gauge("vllm:num_requests_running", "Turns that are being computed.");
  Gauge& waiting = gauge("vllm:num_requests_waiting", "Turns that wait for their first step.");
  Gauge& kv_usage = gauge("vllm:kv_cache_usage_perc", "Share of the KV cache in use, 0 to 1.");
  Gauge& kv_usage_old = gauge("vllm:gpu_cache_usage_perc", "The same under its old name.");
  Family<Gauge>& cache_config = prometheus::BuildGauge()
                                    .Name("vllm:cache_config_info")
                                    .Help("Pages of the KV cache.")
                                    .Register(registry);
  Counter& prefix_queries =
      model_counter("vllm:prefix_cache_queries_total", "Prompt tokens looked up.");
  Counter& prefix_hits = model_counter("vllm:prefix_cache_hits_total", "Of those, found.");
  Counter& preemptions = model_counter("vllm:num_preemptions_total", "Always 0: none happen.");
  Counter& prompt_tokens = model_counter("vllm:prompt_tokens_total", "Prompt tokens served.");
  Counter& generated = model_counter("vllm:generation_tokens_total", "Tokens generated.");
  Counter& drafted = model_counter("vllm:spec_decode_num_draft_tokens_total", "Tokens drafted.");
  Counter& accepted =
      model_counter("vllm:spec_decode_num_accepted_tokens_total", "Drafted tokens accepted.");
  Family<Counter>& success = counter("vllm:request_success_total", "Turns that ended, by reason.");
  Histogram& step_tokens =
      histogram("vllm:iteration_tokens_total", "Tokens computed in a step.", kStepTokens);
  Histogram& first_token =
      histogram("vllm:time_to_first_token_seconds", "From arrival.", kFirstToken);
  Histogram& gap_seconds =
      histogram("vllm:inter_token_latency_seconds", "Between two tokens.", kGap);
  Histogram& total = histogram("vllm:e2e_request_latency_seconds", "From arrival.", kRequest);
  Histogram& queue =
      histogram("vllm:request_queue_time_seconds", "Before the first step.", kRequest);
  Histogram& prefill =
      histogram("vllm:request_prefill_time_seconds", "First step to first token.", kRequest);
  Histogram& decode =
      histogram("vllm:request_decode_time_seconds", "First token to last.", kRequest);
  Histogram& request_prompt =
      histogram("vllm:request_prompt_tokens", "Tokens of a prompt.", kTokens);
  Histogram& request_generated =
      histogram("vllm:request_generation_tokens", "Tokens of an answer.", kTokens);
  Histogram& request_max =
      histogram("vllm:request_params_max_tokens", "The longest answer asked for.", kTokens);

  // Of the server as such.
  Family<Counter>& http_requests =
      counter("http_requests_total", "Requests answered, by handler, method and status.");
  Histogram& http_seconds = histogram("http_request_duration_seconds",
                                      "From the request to the end of its answer.", kHttp);
  Counter& http_bytes = model_counter("http_response_bytes_total", "Bytes of answers.");
};

Metrics::Metrics(std::string model_name)
    : families_(std::make_unique<Families>(std::move(model_name))) {}

Metrics::~Metrics() = default;

void Metrics::step(const runtime::StepReport& step) {
  families_->step_seconds.Observe(step.took_us / 1e6);
  families_->step_tokens.Observe(step.rows);
}

void Metrics::gap(double seconds) {
  families_->gap_seconds.Observe(seconds);
}

void Metrics::served(const ServedTurn& turn) {
  Families& families = *families_;
  const std::string turn_class(runtime::name_of(turn.turn_class));
  families.turns.Add({{"class", turn_class}, {"outcome", runtime::name_of(turn.reason)}})
      .Increment();
  if (turn.reason == runtime::FinishReason::kRefused) return;
  Labels success = families.model;
  success["finished_reason"] = vllm_reason(turn.reason);
  families.success.Add(success).Increment();
  if (turn.had_deadline) {
    if (turn.deadline.missed == runtime::Missed::kNothing)
      families.met.Add({{"class", turn_class}}).Increment();
    else
      families.missed
          .Add({{"class", turn_class},
                {"limit", std::string(runtime::name_of(turn.deadline.missed))}})
          .Increment();
  }
  if (turn.deadline.finished_early) families.finished_early.Increment();
  const runtime::TurnTimings& timings = turn.timings;
  families.prompt_tokens.Increment(timings.prompt_tokens);
  families.generated.Increment(timings.generated_tokens);
  families.prefix_queries.Increment(timings.prompt_tokens);
  families.prefix_hits.Increment(timings.reused_tokens);
  families.cached_tokens.Observe(timings.reused_tokens);
  families.drafted.Increment(timings.drafted_tokens);
  families.accepted.Increment(timings.accepted_tokens);
  families.request_prompt.Observe(timings.prompt_tokens);
  families.request_generated.Observe(timings.generated_tokens);
  families.request_max.Observe(turn.max_tokens);
  families.queue.Observe(turn.queue_s);
  families.total.Observe(turn.total_s);
  if (timings.generated_tokens == 0) return;
  // The reader's, whatever the request waited for before it was submitted.
  families.first_token.Observe(turn.deadline.first_ms / 1e3);
  families.prefill.Observe(timings.prefill_s);
  families.decode.Observe(timings.decode_s);
}

void Metrics::responded(std::string_view pattern, std::string_view method, int status,
                        double seconds, std::uint64_t body_bytes) {
  families_->http_requests
      .Add({{"handler", std::string(pattern)},
            {"method", known_method(method)},
            {"status", std::to_string(status)}})
      .Increment();
  families_->http_seconds.Observe(seconds);
  families_->http_bytes.Increment(static_cast<double>(body_bytes));
}

void Metrics::turned_away(int status, std::uint64_t body_bytes) {
  families_->http_requests
      .Add({{"handler", ""}, {"method", known_method("")}, {"status", std::to_string(status)}})
      .Increment();
  families_->http_bytes.Increment(static_cast<double>(body_bytes));
}

std::string Metrics::text(const runtime::RuntimeState& state, std::size_t connections) {
  Families& families = *families_;
  std::size_t waiting = 0;
  for (const runtime::TurnState& turn : state.turns)
    waiting += turn.phase == runtime::Phase::kWaiting ? 1 : 0;
  families.waiting.Set(static_cast<double>(waiting));
  families.running.Set(static_cast<double>(state.turns.size() - waiting));
  const double capacity = static_cast<double>(state.kv_capacity_tokens);
  const double usage = capacity > 0 ? static_cast<double>(state.kv_used_tokens) / capacity : 0;
  families.kv_usage.Set(usage);
  families.kv_usage_old.Set(usage);
  Labels cache = families.model;
  cache["block_size"] = std::to_string(kPageTokens);
  cache["num_gpu_blocks"] = std::to_string(state.kv_capacity_tokens / kPageTokens);
  families.cache_config.Add(cache).Set(1);
  families.step_error.Set(state.error_share);
  families.prefix_tokens.Set(static_cast<double>(state.prefix_tokens));
  families.guarantees_missed.Set(static_cast<double>(state.counters.missed));
  families.connections.Set(static_cast<double>(connections));
  return prometheus::TextSerializer().Serialize(families.registry.Collect());
}

}  // namespace byeol::server
