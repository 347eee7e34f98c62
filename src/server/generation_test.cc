#include "server/generation.h"

#include <gtest/gtest.h>

#include <fstream>

#include "server/test_context.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using runtime::FinishReason;
using testing::eventually;
using testing::FakeExchange;
using testing::Gate;
using testing::TestContext;
using testing::TinyOptions;

// Streams "." for each token and remembers what it heard.
class Dots final : public Generation {
 public:
  Dots(Context& context, Call call) : Generation(context, std::move(call), "chat") {}

  std::atomic<int> tokens_heard = 0, ended_choices = 0;
  std::vector<FinishReason> reasons;
  std::optional<wire::DeadlineReport> deadline;

 private:
  void admitted() override { begin_events(call()); }
  void token(int, const runtime::TokenEvent&) override {
    ++tokens_heard;
    send(".");
  }
  void ended(int, const runtime::TurnEnd& end) override {
    reasons.push_back(end.reason);
    ++ended_choices;
  }
  void all_ended(const std::optional<wire::ApiError>& error) override {
    deadline = worst_report();
    if (error) send(wire::body_of(*error));
    call().exchange->end();
  }
};

struct Made {
  std::shared_ptr<FakeExchange> exchange;
  std::shared_ptr<Dots> generation;
};

Made make(TestContext& test) {
  auto [exchange, call] =
      testing::make_call(testing::make_request("POST", "/v1/chat/completions", "{}"));
  return {exchange, std::make_shared<Dots>(test.get(), std::move(call))};
}

std::vector<runtime::Turn> turns(TestContext& test, int count, int max_tokens) {
  std::vector<runtime::Turn> made;
  for (int i = 0; i < count; ++i)
    made.push_back(runtime::make_turn(test.runtime(), i + 1, 8, max_tokens));
  return made;
}

TEST(Generation, HearsEachChoiceToItsEnd) {
  TestContext test;
  const Made made = make(test);
  made.generation->start(turns(test, 3, 20));
  const auto answer = made.exchange->whole();
  EXPECT_EQ(answer.body, std::string(60, '.'));
  EXPECT_EQ(made.generation->reasons, std::vector(3, FinishReason::kLength));
  EXPECT_EQ(answer.ignored, 0);
}

TEST(Generation, AnswersATurnThatCanNeverRun) {
  TestContext test;
  const Made made = make(test);
  std::vector<runtime::Turn> given = turns(test, 2, 20);
  given[1].prompt.clear();
  made.generation->start(std::move(given));
  EXPECT_EQ(made.exchange->answer().status, 400);
  const Made too_long = make(test);
  given = turns(test, 1, 20);
  given[0].prompt.resize(10'000, 1);
  too_long.generation->start(std::move(given));
  EXPECT_EQ(testing::json_of(too_long.exchange->answer().body)["error"]["code"],
            "context_length_exceeded");
}

TEST(Generation, LogsWhatItAsksForAndWhatItIsRefused) {
  const store::TemporaryFile file("generation_log");
  TestContext test({}, file.path());
  std::vector<runtime::Turn> given = turns(test, 2, 5000);
  for (runtime::Turn& turn : given) turn.prompt.resize(130, 1);
  const Made served = make(test);
  served.generation->start(std::move(given));
  served.exchange->whole();
  const Made too_long = make(test);
  given = turns(test, 1, 20);
  given[0].prompt.resize(10'000, 1);
  too_long.generation->start(std::move(given));
  std::ifstream log(file.path());
  std::vector<wire::Json> lines;
  for (std::string line; std::getline(log, line);) lines.push_back(testing::json_of(line));
  ASSERT_EQ(lines.size(), 4u);  // One about the log itself.
  EXPECT_NE(lines[1]["choice"], lines[2]["choice"]);
  EXPECT_EQ(lines[1]["prefix"].size(), 2u);
  EXPECT_EQ(lines[1]["max_tokens"], 5000);
  EXPECT_EQ(lines[1]["granted_tokens"], test.runtime().context_tokens() - 130);
  EXPECT_EQ(lines[1]["output_tokens"], lines[1]["granted_tokens"]);
  EXPECT_EQ(lines[3]["outcome"], "refused");
  EXPECT_EQ(lines[3]["prompt_tokens"], 10'000);
  EXPECT_EQ(lines[3]["granted_tokens"], 0);
  EXPECT_EQ(lines[3]["retry_after_ms"], 0.0);
}

TEST(Generation, IsRefusedWhole) {
  Gate gate;
  TestContext test({.turns_max = 2, .on_step = [&] { gate.pass(); }});
  gate.close();
  const Made made = make(test);
  made.generation->start(turns(test, 3, 200));
  gate.open();
  const auto answer = made.exchange->whole();
  EXPECT_EQ(answer.status, 429);
  EXPECT_FALSE(answer.streams);
  EXPECT_NE(answer.header("x-should-retry"), "");
  // The two that were let in are not computed for nobody.
  EXPECT_TRUE(eventually([&] { return test.runtime().state().turns.empty(); }));
  EXPECT_LT(made.generation->tokens_heard, 20);
  EXPECT_EQ(made.generation->ended_choices, 0);
}

TEST(Generation, EndsWhenItsClientHangsUp) {
  Gate gate;
  TestContext test({.on_step = [&] { gate.pass(); }});
  const Made made = make(test);
  gate.close();
  made.generation->start(turns(test, 2, 200));
  made.exchange->hang_up();
  gate.open();
  EXPECT_TRUE(eventually([&] { return made.generation->ended_choices == 2; }));
  EXPECT_EQ(made.generation->reasons, std::vector(2, FinishReason::kCancelled));
  EXPECT_LE(made.generation->tokens_heard, 4);  // The step under way, and no other.
  EXPECT_TRUE(eventually([&] { return test.runtime().state().turns.empty(); }));
}

TEST(Generation, WaitsForASlowReaderAndGoesOn) {
  Gate gate;
  TestContext test({.on_step = [&] { gate.pass(); }});
  const Made slow = make(test), quick = make(test);
  slow.exchange->set_pending(300 * 1024);
  gate.close();
  slow.generation->start(turns(test, 2, 200));
  gate.open();
  EXPECT_TRUE(eventually([&] { return slow.exchange->waits_for_drain() > 0; }));
  quick.generation->start(turns(test, 1, 200));
  EXPECT_EQ(quick.exchange->whole().body.size(), 200u);  // Nobody else waits.
  const int heard = slow.generation->tokens_heard;
  EXPECT_LT(heard, 20);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_LE(slow.generation->tokens_heard, heard);
  EXPECT_EQ(slow.exchange->waits_for_drain(), 1u);

  slow.exchange->set_pending(100 * 1024);  // Not enough yet.
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_LE(slow.generation->tokens_heard, heard);
  slow.exchange->set_pending(10 * 1024);
  EXPECT_EQ(slow.exchange->whole().body.size(), 400u);
}

TEST(Generation, EndsWhereASlowReaderHangsUp) {
  TestContext test;
  const Made slow = make(test);
  slow.exchange->set_pending(300 * 1024);
  slow.generation->start(turns(test, 1, 200));
  EXPECT_TRUE(eventually([&] { return slow.exchange->waits_for_drain() > 0; }));
  slow.exchange->hang_up();
  EXPECT_TRUE(eventually([&] { return slow.generation->ended_choices == 1; }));
  slow.exchange->set_pending(0);
  EXPECT_EQ(slow.generation->reasons.front(), FinishReason::kCancelled);
}

TEST(Generation, ReportsOnlyTheDeadlineOfTheRequestItself) {
  TestContext test;
  const Made insisting = make(test), not_insisting = make(test);
  std::vector<runtime::Turn> given = turns(test, 1, 5);
  given[0].deadline.total_us = 60'000'000;
  given[0].insists = false;
  not_insisting.generation->start(given);
  not_insisting.exchange->whole();
  EXPECT_FALSE(not_insisting.generation->deadline);
  given[0].insists = true;
  insisting.generation->start(given);
  insisting.exchange->whole();
  ASSERT_TRUE(insisting.generation->deadline);
  EXPECT_TRUE(insisting.generation->deadline->met);
  EXPECT_GT(*insisting.generation->deadline->total_ms, 0);
  EXPECT_GE(*insisting.generation->deadline->max_gap_ms,
            *insisting.generation->deadline->mean_gap_ms);
}

TEST(Generation, LogsAndCountsEachTurn) {
  const store::TemporaryFile file("generation_log");
  TestContext test({}, file.path());
  const Made made = make(test);
  made.generation->start(turns(test, 2, 5));
  made.exchange->whole();
  std::ifstream log(file.path());
  int lines = 0;
  std::string line;
  std::getline(log, line);  // About the log itself.
  for (; std::getline(log, line); ++lines) {
    const wire::Json json = testing::json_of(line);
    EXPECT_EQ(json["request"], "req_test");
    EXPECT_EQ(json["output_tokens"], 5);
  }
  EXPECT_EQ(lines, 2);
  EXPECT_NE(
      test.metrics().text({}, 0).find(R"(byeol_turns_total{class="default",outcome="length"} 2)"),
      std::string::npos);
}

TEST(Generation, IsWaitedForWhenTheServerStops) {
  Gate gate;
  TestContext test({.on_step = [&] { gate.pass(); }});
  Made made = make(test);
  made.generation->start(turns(test, 2, 200));
  made.generation.reset();
  test.under_way().stop();
  const auto answer = made.exchange->answer();
  EXPECT_TRUE(answer.over);
  EXPECT_NE(answer.body.find("The server is being stopped."), std::string::npos);
  const Made late = make(test);
  late.generation->start(turns(test, 1, 20));
  EXPECT_EQ(late.exchange->answer().status, 503);
}

}  // namespace
}  // namespace byeol::server
