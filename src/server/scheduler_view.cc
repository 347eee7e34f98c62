#include "server/scheduler_view.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "runtime/turn_names.h"
#include "wire/sse.h"

namespace byeol::server {
namespace {

using wire::Json;

constexpr std::chrono::milliseconds kPace{200};

// What a turn is called: its request's id, or a number. A response's id is all that is needed to
// read it, so where there are several tenants, they get to see numbers.
enum class Ids { kNames, kNumbers };

Json to_json(const runtime::TurnState& turn, Ids ids) {
  const bool promised = std::isfinite(turn.slack_ms);
  return {
      {"id", ids == Ids::kNames ? turn.name : std::to_string(static_cast<std::uint64_t>(turn.id))},
      {"class", runtime::name_of(turn.turn_class)},
      {"phase", runtime::name_of(turn.phase)},
      {"prompt_tokens", turn.prompt_tokens},
      {"prompt_done", std::min(turn.computed_tokens, turn.prompt_tokens)},
      {"cached_tokens", turn.reused_tokens},
      {"generated_tokens", turn.generated_tokens},
      {"max_tokens", turn.max_tokens},
      {"slack_ms", promised ? Json(std::round(turn.slack_ms)) : Json(nullptr)},
      {"guaranteed", promised}};
}

std::string picture(const Context& context) {
  const runtime::RuntimeState state = context.runtime.state();
  const Ids ids = context.options.api_keys.empty() ? Ids::kNames : Ids::kNumbers;
  Json turns = Json::array();
  for (const runtime::TurnState& turn : state.turns) turns.push_back(to_json(turn, ids));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Json json = {{"now_ms", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()},
                     {"turns", std::move(turns)},
                     {"step",
                      {{"rows", state.step.rows},
                       {"prefill_tokens", state.step.shape.prefill_tokens},
                       {"decodes", state.step.shape.decodes},
                       {"predicted_ms", state.step.predicted_us / 1e3},
                       {"took_ms", state.step.took_us / 1e3}}},
                     {"kv",
                      {{"used_tokens", state.kv_used_tokens},
                       {"capacity_tokens", state.kv_capacity_tokens},
                       {"prefix_tokens", state.prefix_tokens}}},
                     {"counters",
                      {{"admitted", state.counters.admitted},
                       {"refused", state.counters.refused},
                       {"missed", state.counters.missed},
                       {"steps", state.counters.steps}}}};
  return json.dump();
}

}  // namespace

void scheduler_view(Context& context, const Call& call) {
  if (call.request().query_value("stream") != "true" || call.request().method == "HEAD")
    return respond_json(call, 200, picture(context));
  begin_events(call);
  const auto hung_up = std::make_shared<std::atomic<bool>>(false);
  call.exchange->on_hang_up([hung_up] { *hung_up = true; });
  context.ticker.add(kPace, [&context, hung_up, exchange = call.exchange] {
    if (*hung_up) return false;
    if (context.under_way.drains()) {
      exchange->end();
      return false;
    }
    // A reader that lags behind misses pictures and no more.
    if (exchange->pending_bytes() > 0) return true;
    std::string event;
    wire::append_event(event, picture(context));
    exchange->write(std::move(event));
    return true;
  });
}

}  // namespace byeol::server
