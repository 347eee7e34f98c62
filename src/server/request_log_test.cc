#include "server/request_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

#include "server/test_support.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using testing::json_of;

std::vector<wire::Json> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<wire::Json> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(json_of(line));
    if (lines.back().contains("byeol_request_log")) lines.pop_back();
  }
  return lines;
}

// The names in the first column of the table in docs/request_log.md.
std::set<std::string> documented_fields() {
  std::ifstream file(std::string(BYEOL_SOURCE_DIR) + "/docs/request_log.md");
  std::set<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string column = line.substr(0, line.find('|', 1));
    for (std::size_t at = 0; (at = column.find('`', at)) != std::string::npos;) {
      const std::size_t end = column.find('`', at + 1);
      names.insert(column.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  return names;
}

LoggedTurn a_turn() {
  return {.request = "req_1",
          .endpoint = "chat",
          .arrived = std::chrono::steady_clock::now(),
          .turn_class = runtime::TurnClass::kPriority,
          .deadline = {.first_us = 500'000,
                       .gap_us = 120'250,
                       .total_us = scheduler::kNever,
                       .on_miss = runtime::OnMiss::kFinish},
          .insists = true,
          .tenant = 2,
          .choice = 1,
          .max_tokens = 4000,
          .granted_tokens = 48,
          .prompt_tokens = 520,
          .prefix = {0x0123456789abcdef, 1}};
}

runtime::TurnEnd an_end() {
  runtime::TurnEnd end{runtime::FinishReason::kLength, {}, -1, {}, {}};
  end.timings.prompt_tokens = 520;
  end.timings.reused_tokens = 500;
  end.timings.generated_tokens = 48;
  end.deadline = {runtime::Missed::kGap, true, 61.2, 18.4, 44.0, 926.1};
  return end;
}

TEST(RequestLog, WritesTheFieldsThatAreDocumented) {
  const store::TemporaryFile file("request_log");
  const auto log = *RequestLog::open(file.path());
  log->add(a_turn(), an_end());
  const auto lines = lines_of(file.path());  // Readable at once, while the log is open.
  ASSERT_EQ(lines.size(), 1u);
  std::set<std::string> names;
  for (const auto& [name, value] : lines[0].items()) names.insert(name);
  EXPECT_EQ(names, documented_fields());

  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double now_ms = std::chrono::duration<double, std::milli>(now).count();
  EXPECT_NEAR(lines[0]["arrival_ms"].get<double>(), now_ms, 10'000);
  EXPECT_EQ(lines[0]["deadline"],
            json_of(R"({"first_ms":500.0,"gap_ms":120.25,"total_ms":null,"on_miss":"finish",
                        "insists":true})"));
  wire::Json rest = lines[0];
  rest.erase("arrival_ms");
  rest.erase("deadline");
  EXPECT_EQ(
      rest,
      json_of(R"({"request":"req_1","choice":1,"endpoint":"chat","class":"priority","tenant":2,
      "prompt_tokens":520,"cached_tokens":500,"prefix":["0123456789abcdef","0000000000000001"],
      "max_tokens":4000,"granted_tokens":48,"output_tokens":48,"first_ms":61.2,
      "mean_gap_ms":18.4,"max_gap_ms":44.0,"total_ms":926.1,"outcome":"length","missed":"gap",
      "finished_early":true,"retry_after_ms":0.0})"));
}

TEST(RequestLog, BeginsWithALineAboutItself) {
  const store::TemporaryFile file("request_log");
  for (const char* model : {"first", "second"}) {
    const auto log = *RequestLog::open(file.path(), model);
    log->add(a_turn(), an_end());
  }
  std::ifstream read(file.path());
  std::vector<wire::Json> lines;
  for (std::string line; std::getline(read, line);) lines.push_back(json_of(line));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], json_of(R"({"byeol_request_log":1,"model":"first","page_tokens":64})"));
  EXPECT_EQ(lines[2]["model"], "second");  // Each start says what it serves.
  EXPECT_EQ(lines[3]["request"], "req_1");
}

TEST(RequestLog, TellsRefusalsAndTurnsWithoutADeadline) {
  const store::TemporaryFile file("request_log");
  const auto log = *RequestLog::open(file.path());
  LoggedTurn turn = a_turn();
  turn.deadline = {};
  runtime::TurnEnd end{runtime::FinishReason::kRefused, {}, -1, "no room", {}};
  end.retry_after_ms = 1234.5678;
  log->add(turn, end);
  const auto lines = lines_of(file.path());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0]["deadline"].is_null());
  EXPECT_EQ(lines[0]["outcome"], "refused");
  EXPECT_EQ(lines[0]["missed"], "");
  EXPECT_EQ(lines[0]["retry_after_ms"], 1234.568);
}

TEST(RequestLog, AppendsWholeLinesFromManyThreads) {
  const store::TemporaryFile file("request_log");
  for (int run = 0; run < 2; ++run) {
    const auto log = *RequestLog::open(file.path());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&log] {
        for (int j = 0; j < 50; ++j) log->add(a_turn(), an_end());
      });
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(lines_of(file.path()).size(), 400u);
}

TEST(RequestLog, SaysWhatCannotBeWritten) {
  const auto log = RequestLog::open("/no/such/folder/requests.log");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kIo);
  EXPECT_NE(log.error().message.find("/no/such/folder/requests.log"), std::string::npos);
  EXPECT_NE(log.error().message.find("No such file"), std::string::npos);
  EXPECT_FALSE(RequestLog::open("/"));
}

TEST(RequestLog, WritesNothingWithoutAPath) {
  const auto log = RequestLog::open("");
  ASSERT_TRUE(log);
  (*log)->add(a_turn(), an_end());
}

}  // namespace
}  // namespace byeol::server
