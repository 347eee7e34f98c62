// A turn that speculates against the same turn that does not: what is heard must be the same, token
// by token, with bits of log-probabilities and pieces of text, whatever the options are and
// wherever the answer ends. A clock that runs by calls makes a step of many rows as cheap as one of
// few, so drafts are as long as they may be; another one lies.
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <latch>
#include <mutex>
#include <string_view>

#include "runtime/tiny_runtime.h"
#include "tests/support/real_model.h"
#include "tests/support/slow.h"

namespace byeol::runtime {
namespace {

// All that a listener hears, but for times.
struct Event {
  TokenId token;
  std::string text;
  std::uint32_t logprob;
  std::vector<std::pair<TokenId, std::uint32_t>> top;
  bool operator==(const Event&) const = default;
};

void PrintTo(const Event& event, std::ostream* out) {
  *out << event.token << " '" << event.text << "'";
}

class Recorder : public TurnListener {
 public:
  void on_token(const TokenEvent& event) override {
    Event kept{
        event.token, std::string(event.text), std::bit_cast<std::uint32_t>(event.logprob), {}};
    for (const engine::TokenLogprob& other : event.top)
      kept.top.emplace_back(other.token, std::bit_cast<std::uint32_t>(other.logprob));
    events.push_back(std::move(kept));
    if (after_token) after_token(events.size());
  }
  void on_end(const TurnEnd& heard) override {
    end = heard;
    rest = heard.text;
    ended.count_down();
  }

  std::string text() const {
    std::string all;
    for (const Event& event : events) all += event.text;
    return all + rest;
  }

  std::vector<Event> events;
  std::string rest;
  TurnEnd end{};
  std::latch ended{1};
  std::function<void(std::size_t)> after_token;
};

using Clock = std::function<std::chrono::steady_clock::time_point()>;

Clock by_calls(std::uint32_t lies) {
  struct State {
    std::mutex mutex;
    std::chrono::steady_clock::time_point now;
    std::uint32_t random = 1;
  };
  return [state = std::make_shared<State>(), lies] {
    const std::lock_guard lock(state->mutex);
    state->random = state->random * 1664525u + 1013904223u;
    state->now += std::chrono::microseconds(lies == 0 ? 1000 : 1 + (state->random >> 8) % lies);
    return state->now;
  };
}

std::unique_ptr<Runtime> make_runtime(const std::string& model, std::uint32_t lies = 0,
                                      std::int32_t rows_max = 512, std::int32_t kv_tokens = 4096) {
  RuntimeOptions options;
  options.threads = 2;
  options.engine.step_rows_max = rows_max;
  options.turns_max = std::min(options.turns_max, rows_max);
  options.engine.kv_tokens = kv_tokens;
  options.clock = by_calls(lies);
  auto runtime = Runtime::load(tiny_model_path(model), options);
  EXPECT_TRUE(runtime) << runtime.error().message;
  return *std::move(runtime);
}

// A prompt that repeats itself with small changes, and an answer of four different tokens: greedy,
// it falls into a loop; by chance, something matches everywhere and is often wrong.
Turn repeating_turn(const Runtime& runtime, int number, int max_tokens) {
  Turn turn = make_turn(runtime, number, 24, max_tokens);
  const std::vector<TokenId> once = turn.prompt;
  for (int i = 0; i < 2; ++i) {
    turn.prompt.push_back(i + number);
    turn.prompt.insert(turn.prompt.end(), once.begin(), once.end());
  }
  for (int i = 0; i < 4; ++i)
    turn.sampling.logit_bias.emplace_back(turn.prompt[static_cast<std::size_t>(i)], 50.0f);
  turn.sampling.temperature = 0;
  turn.sampling.logprobs = 2;
  return turn;
}

std::shared_ptr<Recorder> start(Runtime& runtime, Turn turn, Speculation speculation) {
  auto recorder = std::make_shared<Recorder>();
  turn.speculation = speculation;
  const Result<TurnId> id = runtime.submit(std::move(turn), recorder);
  EXPECT_TRUE(id) << id.error().message;
  return recorder;
}

std::shared_ptr<Recorder> record(Runtime& runtime, const Turn& turn, Speculation speculation) {
  auto recorder = start(runtime, turn, speculation);
  recorder->ended.wait();
  return recorder;
}

void expect_same(const Recorder& actual, const Recorder& expected) {
  EXPECT_EQ(actual.events, expected.events);
  EXPECT_EQ(actual.rest, expected.rest);
  EXPECT_EQ(actual.end.reason, expected.end.reason);
  EXPECT_EQ(actual.end.stop_index, expected.end.stop_index);
  EXPECT_EQ(actual.end.error, expected.end.error);
  EXPECT_EQ(actual.end.timings.generated_tokens, expected.end.timings.generated_tokens);
  EXPECT_EQ(expected.end.timings.drafted_tokens, 0);
}

// What the next turn of the conversation finds in the cache, if no other turn was there before.
std::int32_t reused_after(Runtime& runtime, Turn turn, const Recorder& recorder) {
  for (const Event& event : recorder.events) turn.prompt.push_back(event.token);
  turn.prompt.push_back(5);
  turn.max_tokens = 1;
  return record(runtime, turn, Speculation::kNone)->end.timings.reused_tokens;
}

class SpeculatingTurn : public ::testing::TestWithParam<const char*> {};

TEST_P(SpeculatingTurn, IsHeardAsIfItDidNotSpeculate) {
  BYEOL_SKIP_UNDER_THREAD_SANITIZER();
  using Change = std::function<void(engine::SamplingOptions&)>;
  const std::pair<const char*, Change> changes[] = {
      {"greedy", [](auto&) {}},
      {"all of low temperature", [](auto& s) { s.temperature = 0.05f, s.top_k = 0; }},
      {"top-k", [](auto& s) { s.temperature = 0.3f, s.top_k = 3; }},
      {"top-p and min-p", [](auto& s) { s.temperature = 0.5f, s.top_k = 0, s.top_p = 0.5f; }},
      {"hot", [](auto& s) { s.temperature = 1.5f, s.min_p = 0; }},
      {"repetition penalty", [](auto& s) { s.repetition_penalty = 1.1f, s.penalty_last_n = 9; }},
      {"other penalties",
       [](auto& s) { s.presence_penalty = 0.1f, s.frequency_penalty = 0.02f, s.choice = 3; }},
      {"no log-probabilities", [](auto& s) { s.logprobs = -1; }}};
  std::int64_t accepted = 0;
  std::int64_t refused = 0;
  for (const std::uint32_t lies : {0u, 100'000u}) {
    for (const auto& [name, change] : changes) {
      const auto plain = make_runtime(GetParam());
      const auto speculating = make_runtime(GetParam(), lies);
      for (int number = 1; number < 4; ++number) {
        SCOPED_TRACE(::testing::Message() << name << ", " << number << ", lies " << lies);
        Turn turn = repeating_turn(*plain, number, 120);
        change(turn.sampling);
        const auto expected = record(*plain, turn, Speculation::kNone);
        const auto actual = record(*speculating, turn, Speculation::kLookup);
        expect_same(*actual, *expected);
        EXPECT_EQ(reused_after(*speculating, turn, *actual), reused_after(*plain, turn, *expected));
        accepted += actual->end.timings.accepted_tokens;
        refused += actual->end.timings.drafted_tokens - actual->end.timings.accepted_tokens;
      }
    }
  }
  EXPECT_GT(accepted, 500);  // Or else nothing was tested.
  EXPECT_GT(refused, 100);
}

INSTANTIATE_TEST_SUITE_P(Models, SpeculatingTurn, ::testing::Values("smollm2", "gemma3", "qwen3"),
                         [](const auto& tested) { return tested.param; });

// A passage twice and the beginning of a third copy, which the model goes on with.
TEST(Speculation, ARealModelIsHeardAsIfItDidNotSpeculate) {
  // Sanitizers watch scalar kernels, with which this takes a quarter of an hour.
  const char* const isa = std::getenv("BYEOL_ISA");
  if (isa != nullptr && std::string_view(isa) == "scalar") GTEST_SKIP() << "scalar kernels";
  RuntimeOptions options;
  options.threads = 2;
  options.context_tokens = 2048;
  auto runtime = Runtime::load(testing::real_model_path("smollm2-135m"), options);
  ASSERT_TRUE(runtime) << runtime.error().message << " (byeol pull smollm2-135m)";
  std::ifstream file(std::string(BYEOL_SOURCE_DIR) + "/tests/text/english.txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string passage = text.substr(0, 700) + "\n\n";
  Turn turn;
  turn.prompt = (*runtime)->model().tokenizer().encode(passage + passage + passage.substr(0, 60));
  turn.max_tokens = 64;
  turn.sampling.logprobs = 3;
  for (const float temperature : {0.0f, 0.8f}) {
    turn.sampling.temperature = temperature;
    const auto actual = record(**runtime, turn, Speculation::kLookup);
    expect_same(*actual, *record(**runtime, turn, Speculation::kNone));
    EXPECT_GT(actual->end.timings.accepted_tokens, 8);
  }
}

TEST(Speculation, EndsWhereMaxTokensEndsIt) {
  BYEOL_SKIP_UNDER_THREAD_SANITIZER();
  const auto runtime = make_runtime("smollm2");
  bool inside_a_draft = false;
  for (int max_tokens = 60; max_tokens < 90; ++max_tokens) {
    const Turn turn = repeating_turn(*runtime, 1, max_tokens);
    const auto actual = record(*runtime, turn, Speculation::kLookup);
    expect_same(*actual, *record(*runtime, turn, Speculation::kNone));
    EXPECT_EQ(actual->end.reason, FinishReason::kLength);
    inside_a_draft = inside_a_draft || actual->end.timings.accepted_tokens > 30;
  }
  EXPECT_TRUE(inside_a_draft);
  // The last token of all is never computed, so one before it is the last that can be drafted.
  for (int max_tokens = 1; max_tokens < 6; ++max_tokens) {
    const auto actual =
        record(*runtime, repeating_turn(*runtime, 1, max_tokens), Speculation::kLookup);
    EXPECT_LE(actual->end.timings.drafted_tokens, max_tokens * (max_tokens - 1) / 2);
  }
}

TEST(Speculation, EndsAtAStopStringInsideADraft) {
  BYEOL_SKIP_UNDER_THREAD_SANITIZER();
  const auto runtime = make_runtime("smollm2");
  const Turn turn = repeating_turn(*runtime, 1, 120);
  const auto whole = record(*runtime, turn, Speculation::kNone);
  int cut = 0;
  for (std::size_t first = 20; first + 3 < whole->events.size(); first += 3) {
    Turn stopped = turn;
    std::string stop;
    for (std::size_t i = first; i < first + 3; ++i) stop += whole->events[i].text;
    stopped.stop = {"this will not come", stop};
    const auto plain = make_runtime("smollm2");
    const auto speculating = make_runtime("smollm2");
    const auto expected = record(*plain, stopped, Speculation::kNone);
    const auto actual = record(*speculating, stopped, Speculation::kLookup);
    expect_same(*actual, *expected);
    EXPECT_EQ(actual->text(), expected->text());
    EXPECT_EQ(reused_after(*speculating, turn, *actual), reused_after(*plain, turn, *expected));
    const TurnTimings& timings = actual->end.timings;
    cut += actual->end.reason == FinishReason::kStop && timings.accepted_tokens > 0 ? 1 : 0;
  }
  EXPECT_GT(cut, 10);
}

// The token that ends an answer may stand in the prompt: what followed there is no draft.
TEST(Speculation, EndsAtTheModelsOwnEnd) {
  BYEOL_SKIP_UNDER_THREAD_SANITIZER();
  const auto runtime = make_runtime("smollm2");
  Turn turn = repeating_turn(*runtime, 1, 120);
  const auto endless = record(*runtime, turn, Speculation::kNone);
  const TokenId ends = turn.sampling.logit_bias.front().first;
  turn.sampling.logit_bias.clear();
  std::vector<TokenId> answer;
  for (const Event& event : endless->events) answer.push_back(event.token);
  for (int i = 0; i < 30; ++i) {
    turn.prompt.insert(turn.prompt.end(), answer.end() - 4 - i % 3, answer.end());
    turn.prompt.push_back(ends);
    turn.sampling.logit_bias = {{ends, 0.5f * static_cast<float>(i)}};
    if (turn.prompt.size() > 200) break;
    expect_same(*record(*runtime, turn, Speculation::kLookup),
                *record(*runtime, turn, Speculation::kNone));
  }
}

TEST(Speculation, EndsWhereTheContextOrTheCacheIsFull) {
  BYEOL_SKIP_UNDER_THREAD_SANITIZER();
  // {positions in the cache, rows of a step}: the tightest cache that the context fits into, one
  // that makes the context smaller, and steps that leave no row for a draft.
  for (const auto& [kv_tokens, rows_max] :
       {std::pair(288, 512), std::pair(160, 512), std::pair(288, 3), std::pair(288, 1)}) {
    SCOPED_TRACE(::testing::Message() << kv_tokens << " positions, " << rows_max << " rows a step");
    const auto plain = make_runtime("smollm2", 0, rows_max, kv_tokens);
    const auto speculating = make_runtime("smollm2", 0, rows_max, kv_tokens);
    for (int number = 1; number < 3; ++number) {
      const Turn turn = repeating_turn(*plain, number, 0);
      const auto expected = record(*plain, turn, Speculation::kNone);
      const auto actual = record(*speculating, turn, Speculation::kLookup);
      expect_same(*actual, *expected);
      EXPECT_EQ(actual->end.reason, FinishReason::kLength) << actual->end.error;
      EXPECT_EQ(actual->end.timings.drafted_tokens > 0, rows_max > 1);
    }
  }
}

// Up to six turns draft, more do not; prompts come in between; one turn does not want to.
TEST(Speculation, DoesNotDependOnCompany) {
  const auto plain = make_runtime("smollm2");
  for (const int turns : {2, 6, 11}) {
    const auto speculating = make_runtime("smollm2", 0, 64, 8192);
    std::vector<std::shared_ptr<Recorder>> recorders;
    for (int i = 0; i < turns; ++i) {
      Turn turn = repeating_turn(*plain, i, 60 + 9 * i);
      if (i % 2 == 1) turn.sampling.temperature = 0.3f;
      recorders.push_back(
          start(*speculating, turn, i == 1 ? Speculation::kNone : Speculation::kLookup));
    }
    std::int64_t accepted = 0;
    for (int i = 0; i < turns; ++i) {
      Turn turn = repeating_turn(*plain, i, 60 + 9 * i);
      if (i % 2 == 1) turn.sampling.temperature = 0.3f;
      SCOPED_TRACE(::testing::Message() << "turn " << i << " of " << turns);
      recorders[static_cast<std::size_t>(i)]->ended.wait();
      expect_same(*recorders[static_cast<std::size_t>(i)],
                  *record(*plain, turn, Speculation::kNone));
      accepted += recorders[static_cast<std::size_t>(i)]->end.timings.accepted_tokens;
    }
    EXPECT_GT(accepted, 20);
  }
}

// The listener itself cancels, in the middle of what a step brought.
TEST(Speculation, ACancelledTurnKeepsExactlyWhatWasHeard) {
  const auto plain = make_runtime("smollm2");
  const Turn turn = repeating_turn(*plain, 1, 150);
  const auto whole = record(*plain, turn, Speculation::kNone);
  for (const std::size_t after : {1u, 40u, 77u, 100u}) {
    const auto runtime = make_runtime("smollm2");
    const auto recorder = std::make_shared<Recorder>();
    std::promise<TurnId> id;
    recorder->after_token = [&, known = id.get_future().share()](std::size_t heard) {
      if (heard == after) runtime->cancel(known.get());
    };
    id.set_value(*runtime->submit(turn, recorder));
    recorder->ended.wait();
    EXPECT_EQ(recorder->end.reason, FinishReason::kCancelled);
    ASSERT_GE(recorder->events.size(), after);
    ASSERT_LE(recorder->events.size(), after + Speculator::kDraftMax);
    EXPECT_TRUE(
        std::equal(recorder->events.begin(), recorder->events.end(), whole->events.begin()));
    const auto tokens = static_cast<std::int32_t>(turn.prompt.size() + recorder->events.size());
    EXPECT_EQ(reused_after(*runtime, turn, *recorder), tokens - 1);
  }
}

}  // namespace
}  // namespace byeol::runtime
