// Decisions on a virtual clock: a world in which a step of so many rows takes so long, and a text
// that the model will write whatever is drafted. What counts is the time that the text takes.
#include "runtime/speculator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "base/thread_pool.h"
#include "model/model.h"
#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

using Text = std::vector<TokenId>;
using Seconds = std::function<double(std::int32_t rows)>;

const model::Model& tiny_model() {
  static ThreadPool pool(1);
  static const auto model = model::Model::load(tiny_model_path("smollm2"), pool);
  return **model;
}

struct Spent {
  double seconds = 0;
  std::int64_t steps = 0;
  std::int64_t drafted = 0;
  std::int64_t accepted = 0;
};

// One turn that writes text[begin, end); its speculator knows what stands before.
Spent write(Speculator& speculator, StepCosts& costs, const Text& text, std::size_t begin,
            std::size_t end, const Seconds& seconds) {
  Spent spent;
  for (std::size_t at = begin; at < end;) {
    speculator.propose(static_cast<std::int32_t>(end - at) - 1);
    StepForecast step{1, 1};
    const std::int32_t drafted = speculator.choose(costs, 1, step);
    EXPECT_EQ(step.rows, 1 + drafted);
    const std::span<const TokenId> rows = speculator.rows(drafted);
    EXPECT_EQ(rows.size(), static_cast<std::size_t>(1 + drafted));
    EXPECT_EQ(rows[0], text[at - 1]);
    const double taken = seconds(step.rows);
    costs.record(step.rows, taken);
    spent.seconds += taken;
    spent.steps += 1;
    spent.drafted += drafted;
    for (std::size_t row = 0;; ++row) {
      const TokenId token = text[at++];
      speculator.append(token);
      if (row + 1 >= rows.size() || rows[row + 1] != token) break;
      ++spent.accepted;
    }
  }
  return spent;
}

Spent write(const Text& text, std::size_t prompt, const Seconds& seconds) {
  Speculator speculator(tiny_model().tokenizer(), std::span(text).first(prompt),
                        static_cast<std::int32_t>(text.size()));
  StepCosts costs;
  return write(speculator, costs, text, prompt, text.size(), seconds);
}

// Ids that end no answer.
TokenId token(std::uint32_t number) {
  return static_cast<TokenId>(20 + number % 200);
}

Text novelty(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  Text text(count);
  for (TokenId& next : text) next = token(static_cast<std::uint32_t>(random()));
  return text;
}

void append(Text& text, Text more) {  // By value: a text may be appended to itself.
  text.insert(text.end(), more.begin(), more.end());
}

// Matches of two tokens, most of which mislead.
Text misleading(std::size_t count) {
  const Text other = novelty(count, 3);
  Text text;
  for (std::size_t i = 0; text.size() < count; i += 2) append(text, {1, 2, other[i], other[i + 1]});
  return text;
}

double cheap_rows(std::int32_t rows) {
  return 0.010 * (1 + 0.1 * (rows - 1));
}

TEST(Speculator, CopyingBecomesSeveralTimesAsFast) {
  Text text = novelty(400, 1);
  append(text, text);
  const Spent spent = write(text, 404, cheap_rows);
  EXPECT_LT(spent.seconds, 396 * 0.010 / 3.5);
  EXPECT_GT(spent.accepted, 340);
  EXPECT_LT(spent.drafted - spent.accepted, 5);
}

TEST(Speculator, EditingPays) {
  Text text = novelty(400, 1);
  Text edited = text;
  for (std::size_t i = 0; i < edited.size(); i += 23)
    edited[i] = token(static_cast<std::uint32_t>(i));
  append(text, edited);
  EXPECT_LT(write(text, 404, cheap_rows).seconds, 396 * 0.010 / 1.8);
}

TEST(Speculator, CostsNothingWhereNothingMatches) {
  const Spent spent = write(novelty(1000, 2), 100, cheap_rows);
  EXPECT_LT(spent.seconds, 900 * 0.010 * 1.005);
}

TEST(Speculator, SwitchesOffWhereEveryDraftIsWrong) {
  const Text text = misleading(1000);
  for (const double per_row : {0.03, 0.1, 0.5, 1.0}) {
    const auto seconds = [&](std::int32_t rows) { return 0.010 * (1 + per_row * (rows - 1)); };
    EXPECT_LT(write(text, 20, seconds).seconds, 980 * 0.010 / 0.98) << per_row << " per row";
  }
}

TEST(Speculator, SwitchesOffWhereRowsCostAsMuchAsSteps) {
  Text text = novelty(2000, 1);
  append(text, text);
  const Spent spent = write(text, 2004, [](std::int32_t rows) { return 0.010 * rows; });
  EXPECT_LT(spent.seconds, 1996 * 0.010 / 0.98);
}

TEST(Speculator, SwitchesOnAgainWhenTheTextBeginsToRepeat) {
  Text text = misleading(1000);
  const std::size_t repeats_from = text.size();
  append(text, Text(text.begin() + 300, text.begin() + 400));
  Speculator speculator(tiny_model().tokenizer(), std::span(text).first(20), 2000);
  StepCosts costs;
  write(speculator, costs, text, 20, repeats_from, cheap_rows);
  const Spent spent = write(speculator, costs, text, repeats_from, text.size(), cheap_rows);
  EXPECT_LT(spent.steps, 50);
}

// For a while, the machine serves another program; the next samples show it free again.
TEST(Speculator, ABusyMachineDoesNotSwitchItOffForLong) {
  Text text = novelty(500, 1);
  for (int i = 0; i < 3; ++i) append(text, Text(text.begin(), text.begin() + 500));
  std::int64_t step = 0;
  const auto seconds = [&step](std::int32_t rows) {
    ++step;
    return cheap_rows(rows) * (step > 10 && step < 25 ? 4 : 1);
  };
  Speculator speculator(tiny_model().tokenizer(), std::span(text).first(504), 2000);
  StepCosts costs;
  write(speculator, costs, text, 504, 1000, seconds);
  const Spent spent = write(speculator, costs, text, 1000, 2000, seconds);
  EXPECT_LT(spent.seconds, 1000 * 0.010 / 3);
}

TEST(Speculator, NoisyTimesDoNotMakeItSlow) {
  std::mt19937 random(5);
  double undisturbed = 0;
  const auto noisy = [&](std::int32_t rows) {
    undisturbed += cheap_rows(rows);
    const double disturbance = random() % 10 == 0 ? 3 : 1 + 0.1 * static_cast<double>(random() % 3);
    return cheap_rows(rows) * disturbance;
  };
  Text text = novelty(600, 1);
  append(text, text);
  const Spent spent = write(text, 604, noisy);
  EXPECT_LT(spent.steps, 596 / 3);
  undisturbed = 0;
  write(misleading(1000), 20, noisy);
  EXPECT_LT(undisturbed, 980 * 0.010 / 0.98);
}

TEST(Speculator, NeverDraftsWhatEndsAnAnswerNorMoreThanItMay) {
  TokenId ends = 0;
  while (!tiny_model().tokenizer().is_end_of_generation(ends)) ++ends;
  const Text prompt = {50, 51, 52, 53, 54, ends, 55, 50, 51, 52};
  Speculator speculator(tiny_model().tokenizer(), prompt, 100);
  StepCosts costs;
  for (int i = 0; i < 3; ++i) costs.record(1, 0.010);
  for (int i = 0; i < 3; ++i) costs.record(16, 0.010);
  const auto draft = [&](std::int32_t most, StepForecast step) {
    speculator.propose(most);
    const std::span<const TokenId> rows = speculator.rows(speculator.choose(costs, 1, step));
    return Text(rows.begin() + 1, rows.end());
  };
  EXPECT_EQ(draft(9, {1, 1}), (Text{53, 54}));
  EXPECT_EQ(draft(1, {1, 1}), Text{53});
  EXPECT_EQ(draft(0, {1, 1}), Text{});
  EXPECT_EQ(draft(-1, {1, 1}), Text{});
  EXPECT_EQ(draft(9, {16, 1}), Text{});  // The step is full.
}

TEST(StepCosts, AnUnknownNumberOfRowsIsGuessedFromItsNeighbours) {
  StepCosts costs;
  EXPECT_FALSE(costs.is_base(1));
  for (int i = 0; i < 3; ++i) costs.record(1, 2.0);
  EXPECT_TRUE(costs.is_base(1));
  EXPECT_DOUBLE_EQ(costs.relative(1), 1);
  EXPECT_DOUBLE_EQ(costs.relative(5), 1.2);  // Almost free.
  for (int i = 0; i < 3; ++i) costs.record(9, 6.0);
  EXPECT_DOUBLE_EQ(costs.relative(9), 3);
  EXPECT_DOUBLE_EQ(costs.relative(5), 2);
  EXPECT_DOUBLE_EQ(costs.relative(11), 3.3);
}

TEST(StepCosts, TheBaseIsMeasuredAgainNowAndThen) {
  StepCosts costs;
  for (int i = 0; i < 3; ++i) costs.record(1, 2.0);
  int steps = 0;
  while (costs.is_base(1) && steps < 1000) costs.record(4, 2.5), ++steps;
  EXPECT_EQ(steps, 256);
  costs.record(1, 2.0);
  EXPECT_TRUE(costs.is_base(1));
}

TEST(StepCosts, WhatWasNotSeenForLongIsUnknown) {
  StepCosts costs;
  for (int i = 0; i < 3; ++i) costs.record(1, 2.0);
  for (int i = 0; i < 3; ++i) costs.record(8, 80.0);
  EXPECT_DOUBLE_EQ(costs.relative(8), 40);
  for (int i = 0; i < 4096; ++i) costs.record(1, 2.0);
  EXPECT_DOUBLE_EQ(costs.relative(8), 1.35);
}

// The first steps were those of a batch: nothing to compare them with.
TEST(StepCosts, WhatWasLearntWithoutASingleRowDoesNotStay) {
  StepCosts costs;
  for (int i = 0; i < 9; ++i) costs.record(5, 30.0);
  EXPECT_TRUE(costs.is_base(5));
  for (int i = 0; i < 3; ++i) costs.record(1, 10.0);
  EXPECT_FALSE(costs.is_base(5));
  for (int i = 0; i < 3; ++i) costs.record(5, 30.0);
  EXPECT_DOUBLE_EQ(costs.relative(5), 3);
}

TEST(StepCosts, AStandingClockIsNoCost) {
  StepCosts costs;
  for (int i = 0; i < 9; ++i) costs.record(1, 0), costs.record(3, -1);
  EXPECT_FALSE(costs.is_base(1));
}

TEST(Acceptance, FollowsWhatHappensAndTellsMatchesApart) {
  Acceptance acceptance;
  EXPECT_LT(acceptance.rate(3), acceptance.rate(5));
  EXPECT_LT(acceptance.rate(5), acceptance.rate(32));
  for (int i = 0; i < 40; ++i) acceptance.record(3, false);
  EXPECT_LT(acceptance.rate(3), 0.02);
  EXPECT_EQ(acceptance.rate(32), Acceptance().rate(32));
  for (int i = 0; i < 40; ++i) acceptance.record(3, true);
  EXPECT_GT(acceptance.rate(3), 0.8);
}

}  // namespace
}  // namespace byeol::runtime
