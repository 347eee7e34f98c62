#include "base/log.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace byeol {
namespace {

std::pair<LogLevel, std::string> last;

TEST(Log, GoesToTheFunctionThatTheProgramSetAndNowhereElse) {
  log(LogLevel::kError, "nobody listens");
  set_log_function(
      [](LogLevel level, std::string_view message) { last = {level, std::string(message)}; });
  log(LogLevel::kWarning, "low on pages");
  set_log_function(nullptr);
  log(LogLevel::kError, "nobody listens again");
  EXPECT_EQ(last.first, LogLevel::kWarning);
  EXPECT_EQ(last.second, "low on pages");
}

}  // namespace
}  // namespace byeol
