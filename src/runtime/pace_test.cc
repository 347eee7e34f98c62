#include "runtime/pace.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace byeol::runtime {
namespace {

using std::chrono::milliseconds;

// Tokens at these milliseconds after the arrival; the last one ends the answer.
DeadlineReport played(const Deadline& deadline, std::initializer_list<int> at_ms,
                      bool complete = true) {
  const Pace::Time arrived{std::chrono::hours(1)};
  Pace pace(deadline, arrived);
  Pace::Time last = arrived;
  for (const int ms : at_ms) pace.token(last = arrived + milliseconds(ms));
  return pace.report(last, complete);
}

constexpr Deadline kDeadline{.first_us = 100'000, .gap_us = 20'000, .total_us = 300'000};

TEST(Pace, TellsTheTimes) {
  const DeadlineReport report = played(kDeadline, {90, 100, 130, 131});
  EXPECT_EQ(report.missed, Missed::kNothing);
  EXPECT_DOUBLE_EQ(report.first_ms, 90);
  EXPECT_NEAR(report.mean_gap_ms, 41.0 / 3, 1e-9);
  EXPECT_DOUBLE_EQ(report.max_gap_ms, 30);
  EXPECT_DOUBLE_EQ(report.total_ms, 131);
}

TEST(Pace, ATokenIsDueFromTheFirstDueTimeOn) {
  // The first came early: the second may come until 100 + 20.
  EXPECT_EQ(played(kDeadline, {10, 120}).missed, Missed::kNothing);
  EXPECT_EQ(played(kDeadline, {10, 121}).missed, Missed::kGap);
  // The first came late: the pace counts from it.
  EXPECT_EQ(played(kDeadline, {150, 170}).missed, Missed::kFirst);
  EXPECT_EQ(played({.gap_us = 20'000}, {150, 170}).missed, Missed::kNothing);
  EXPECT_EQ(played({.gap_us = 20'000}, {150, 171}).missed, Missed::kGap);
}

TEST(Pace, TheWholeCounts) {
  EXPECT_EQ(played({.total_us = 300'000}, {10, 299}).missed, Missed::kNothing);
  EXPECT_EQ(played({.total_us = 300'000}, {10, 301}).missed, Missed::kTotal);
}

TEST(Pace, NoTokenAtAllMissesTheFirst) {
  const Pace::Time arrived{std::chrono::hours(1)};
  const Pace pace(kDeadline, arrived);
  EXPECT_EQ(pace.report(arrived + milliseconds(101), false).missed, Missed::kFirst);
  EXPECT_EQ(pace.report(arrived + milliseconds(99), false).missed, Missed::kNothing);
}

TEST(Pace, APauseOfItsReaderIsNoMiss) {
  const Pace::Time arrived{std::chrono::hours(1)};
  Pace pace(kDeadline, arrived);
  pace.token(arrived + milliseconds(90));
  pace.pause(arrived + milliseconds(100));
  pace.pause(arrived + milliseconds(200));  // It is paused already.
  EXPECT_EQ(pace.report(arrived + milliseconds(4000), false).missed, Missed::kNothing);
  pace.go_on(arrived + milliseconds(5100));
  pace.go_on(arrived + milliseconds(5110));
  pace.token(arrived + milliseconds(5120));  // 20 ms after the first due time, without the pause.
  const DeadlineReport report = pace.report(arrived + milliseconds(5120), true);
  EXPECT_EQ(report.missed, Missed::kNothing);
  EXPECT_DOUBLE_EQ(report.max_gap_ms, 5030);  // As it was.
  EXPECT_DOUBLE_EQ(report.total_ms, 5120);
  pace.token(arrived + milliseconds(5141));  // Its own lateness still counts.
  EXPECT_EQ(pace.report(arrived + milliseconds(5141), true).missed, Missed::kGap);
}

TEST(Pace, PausesCountForTenSecondsInAll) {
  const Pace::Time arrived{std::chrono::hours(1)};
  Pace pace(kDeadline, arrived);
  pace.token(arrived + milliseconds(90));
  pace.pause(arrived + milliseconds(100));
  pace.go_on(arrived + milliseconds(6100));
  pace.pause(arrived + milliseconds(6100));
  EXPECT_EQ(pace.report(arrived + milliseconds(10'110), false).missed, Missed::kNothing);
  EXPECT_EQ(pace.report(arrived + milliseconds(10'130), false).missed, Missed::kGap);
  pace.go_on(arrived + milliseconds(20'000));
  EXPECT_EQ(pace.report(arrived + milliseconds(20'000), false).missed, Missed::kGap);
}

TEST(Pace, WithoutADeadlineNothingIsMissed) {
  EXPECT_EQ(played({}, {1000, 100'000}).missed, Missed::kNothing);
}

}  // namespace
}  // namespace byeol::runtime
