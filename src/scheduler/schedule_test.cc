// Runs the scripts tests/schedule/*.sched: turns that come at given times, and what must become of
// them. tests/schedule/README.md has the language.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/simulated.h"

namespace byeol::scheduler {
namespace {

struct Turn {
  TurnSpec spec;
  std::int32_t answer = 0;
  std::int32_t prompt_left = 0;
  Outcome outcome;
  std::string asked;
};

struct Range {
  double low, high;
};

struct Event {
  TimeUs at;
  std::string verb, name;
  double factor = 1;
  std::int32_t tokens = 0;
};

// "150us", "20ms", "1.5s", "0": microseconds. Other numbers: themselves.
double number_of(const std::string& word) {
  std::size_t used = 0;
  const double value = std::stod(word, &used);
  const std::string unit = word.substr(used);
  if (unit == "s") return value * 1e6;
  if (unit == "ms") return value * 1e3;
  if (unit.empty() || unit == "us") return value;
  throw std::invalid_argument("unknown unit in '" + word + "'");
}

Range range_of(const std::string& word) {
  const std::size_t dots = word.find("..");
  if (dots == std::string::npos) throw std::invalid_argument("expected LOW..HIGH: " + word);
  return {number_of(word.substr(0, dots)), number_of(word.substr(dots + 2))};
}

class Script {
 public:
  explicit Script(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
      where_ = path.filename().string() + ":" + std::to_string(line);
      std::istringstream words(text.substr(0, text.find('#')));
      std::string verb;
      if (!(words >> verb)) continue;
      try {
        if (verb == "cost")
          read_cost(words);
        else if (verb == "limits")
          read_limits(words);
        else if (verb == "at")
          read_event(words);
        else if (verb == "expect")
          expectations_.emplace_back(where_, text.substr(0, text.find('#')));
        else
          throw std::invalid_argument("unknown verb " + verb);
      } catch (const std::exception& error) {
        ADD_FAILURE() << where_ << ": " << error.what();
      }
    }
  }

  void run() {
    Scheduler scheduler(limits_, CostModel(cost_));
    std::ranges::stable_sort(events_, {}, &Event::at);
    std::size_t next = 0;
    for (TimeUs now = 0;;) {
      for (; next < events_.size() && events_[next].at <= now; ++next)
        happen(events_[next], now, scheduler);
      const Plan& plan = scheduler.plan(now);
      const std::vector<PlanEntry> entries(plan.entries.begin(), plan.entries.end());
      std::vector<Turn*> stopped;
      for (const PlanEnding& ending : plan.endings) {
        Turn& turn = *by_id_.at(ending.turn);
        constexpr const char* kNames[] = {"sentence", "now", "abort"};
        turn.asked += std::string(" ") + kNames[static_cast<int>(ending.ending)];
        if (ending.ending != Ending::kAtSentenceEnd) stopped.push_back(&turn);
      }
      if (entries.empty()) {
        if (next == events_.size()) break;
        now = std::max(now, events_[next].at);
        continue;
      }
      const double us = plan.predicted_us * slower_;
      now += static_cast<TimeUs>(std::ceil(us));
      slower_ == 1 ? scheduler.stepped(now) : scheduler.stepped(now, us);
      for (const PlanEntry& entry : entries) advance(entry, now, scheduler);
      for (Turn* turn : stopped) end(*turn, scheduler);
    }
  }

  void check() const {
    for (const auto& [where, text] : expectations_) {
      std::istringstream words(text);
      std::string word, name;
      words >> word >> name;
      if (!turns_.contains(name)) {
        ADD_FAILURE() << where << ": no turn " << name;
        continue;
      }
      const Turn& turn = turns_.at(name);
      while (words >> word) {
        const auto in_range = [&](double value) {
          std::string range;
          words >> range;
          const Range expected = range_of(range);
          EXPECT_TRUE(value >= expected.low && value <= expected.high)
              << where << ": " << name << ' ' << word << " is " << value << ", expected " << range;
        };
        if (word == "admitted")
          EXPECT_FALSE(turn.outcome.refused) << where;
        else if (word == "refused")
          EXPECT_TRUE(turn.outcome.refused) << where;
        else if (word == "in_time")
          EXPECT_TRUE(turn.outcome.ended && turn.outcome.latest_by_us <= 0)
              << where << ": late by " << turn.outcome.latest_by_us << " us";
        else if (word == "late")
          EXPECT_GT(turn.outcome.latest_by_us, 0) << where;
        else if (word == "asked") {
          std::string ending;
          words >> ending;
          EXPECT_NE(turn.asked.find(ending), std::string::npos) << where << ": asked" << turn.asked;
        } else if (word == "unasked")
          EXPECT_EQ(turn.asked, "") << where;
        else if (word == "first")
          in_range(static_cast<double>(turn.outcome.first_at - turn.spec.arrival_us));
        else if (word == "end")
          in_range(static_cast<double>(turn.outcome.last_at - turn.spec.arrival_us));
        else if (word == "tokens")
          in_range(turn.outcome.tokens);
        else if (word == "retry")
          in_range(static_cast<double>(turn.outcome.retry_after_us));
        else
          ADD_FAILURE() << where << ": unknown expectation " << word;
      }
    }
  }

 private:
  void read_cost(std::istream& words) {
    std::map<std::string, double*> terms = {
        {"fixed", &cost_.fixed},       {"prefill", &cost_.prefill}, {"chunk", &cost_.chunk_context},
        {"decoding", &cost_.decoding}, {"decode", &cost_.decode},   {"context", &cost_.context},
        {"mixing", &cost_.mixing}};
    std::string name, value;
    while (words >> name >> value) *terms.at(name) = number_of(value);
  }

  void read_limits(std::istream& words) {
    std::string name, value;
    while (words >> name >> value) {
      const double number = number_of(value);
      if (name == "turns")
        limits_.turns_max = static_cast<std::int32_t>(number);
      else if (name == "rows")
        limits_.step_rows_max = static_cast<std::int32_t>(number);
      else if (name == "kv")
        limits_.kv_tokens = static_cast<std::int64_t>(number);
      else if (name == "page")
        limits_.page_tokens = static_cast<std::int32_t>(number);
      else if (name == "step")
        limits_.step_max_us = static_cast<TimeUs>(number);
      else
        throw std::invalid_argument("unknown limit " + name);
    }
  }

  void read_event(std::istream& words) {
    std::string at, verb, name, word;
    words >> at >> verb;
    Event event{static_cast<TimeUs>(number_of(at)), verb, ""};
    if (verb == "machine") {
      words >> word;
      event.factor = number_of(word);
    } else {
      words >> event.name;
    }
    if (verb == "cached") words >> event.tokens;
    if (verb == "turn") {
      Turn& turn = turns_[event.name];
      turn.spec.id = TurnId{turns_.size()};
      turn.spec.arrival_us = event.at;
      read_turn(words, turn);
      by_id_[turn.spec.id] = &turn;
    }
    events_.push_back(event);
  }

  static void read_turn(std::istream& words, Turn& turn) {
    TurnSpec& spec = turn.spec;
    std::string word, value;
    while (words >> word >> value) {
      if (word == "prompt")
        spec.prompt_tokens = static_cast<std::int32_t>(number_of(value));
      else if (word == "cached")
        spec.cached_tokens = static_cast<std::int32_t>(number_of(value));
      else if (word == "answer")
        turn.answer = static_cast<std::int32_t>(number_of(value));
      else if (word == "max")
        spec.max_tokens = static_cast<std::int32_t>(number_of(value));
      else if (word == "first")
        spec.deadline.first_us = static_cast<TimeUs>(number_of(value));
      else if (word == "gap")
        spec.deadline.gap_us = static_cast<TimeUs>(number_of(value));
      else if (word == "total")
        spec.deadline.total_us = static_cast<TimeUs>(number_of(value));
      else if (word == "insists")
        spec.insists = value != "no";
      else if (word == "tenant")
        spec.tenant = static_cast<std::uint32_t>(number_of(value));
      else if (word == "class")
        spec.turn_class = value == "realtime"   ? TurnClass::kRealtime
                          : value == "priority" ? TurnClass::kPriority
                          : value == "flex"     ? TurnClass::kFlex
                                                : TurnClass::kDefault;
      else if (word == "on_miss")
        spec.deadline.on_miss = value == "abort"    ? OnMiss::kAbort
                                : value == "finish" ? OnMiss::kFinish
                                                    : OnMiss::kDegrade;
      else
        throw std::invalid_argument("unknown property " + word);
    }
    if (spec.max_tokens == 0) spec.max_tokens = turn.answer;
    turn.prompt_left = spec.prompt_tokens - spec.cached_tokens;
  }

  void happen(const Event& event, TimeUs now, Scheduler& scheduler) {
    if (event.verb == "machine") {
      slower_ = event.factor;
      return;
    }
    Turn& turn = turns_.at(event.name);
    if (event.verb == "cancel") return end(turn, scheduler);
    if (event.verb == "hold" || event.verb == "release")
      return scheduler.hold(turn.spec.id, event.verb == "hold");
    if (event.verb == "pause") return scheduler.pause(now, turn.spec.id);
    if (event.verb == "resume") return scheduler.go_on(now, turn.spec.id);
    if (event.verb == "cached") {
      scheduler.cached(turn.spec.id, event.tokens);
      turn.prompt_left = turn.spec.prompt_tokens - event.tokens;
      return;
    }
    const Admission admission = scheduler.admit(now, turn.spec);
    turn.outcome.refused = admission.verdict != Verdict::kAdmitted;
    turn.outcome.retry_after_us = admission.retry_after_us;
  }

  void advance(const PlanEntry& entry, TimeUs now, Scheduler& scheduler) {
    Turn& turn = *by_id_.at(entry.turn);
    turn.prompt_left -= entry.prompt_tokens;
    if (turn.prompt_left > 0 || turn.outcome.ended) return;
    note_token(turn.spec, now, turn.outcome);
    if (turn.outcome.tokens == turn.answer) end(turn, scheduler);
  }

  static void end(Turn& turn, Scheduler& scheduler) {
    turn.outcome.ended = true;
    scheduler.ended(turn.spec.id);
  }

  std::string where_;
  StepCost cost_{};
  Limits limits_{};
  std::map<std::string, Turn> turns_;
  std::map<TurnId, Turn*> by_id_;
  std::vector<Event> events_;
  std::vector<std::pair<std::string, std::string>> expectations_;
  double slower_ = 1;
};

std::vector<std::filesystem::path> scripts() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(BYEOL_SOURCE_DIR) + "/tests/schedule"))
    if (entry.path().extension() == ".sched") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

class Schedule : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Schedule, Happens) {
  Script script(GetParam());
  ASSERT_FALSE(HasFailure());
  script.run();
  script.check();
}

INSTANTIATE_TEST_SUITE_P(Scripts, Schedule, testing::ValuesIn(scripts()),
                         [](const auto& script) { return script.param.stem().string(); });

}  // namespace
}  // namespace byeol::scheduler
