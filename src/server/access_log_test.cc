#include "server/access_log.h"

#include <gtest/gtest.h>

#include <regex>

namespace byeol::server {
namespace {

template <typename Write>
std::string logged(const Write& write) {
  ::testing::internal::CaptureStderr();
  write();
  return ::testing::internal::GetCapturedStderr();
}

TEST(AccessLog, WritesOneLine) {
  const std::string line = logged([] {
    log_access({.peer = "127.0.0.1:5123",
                .method = "POST",
                .path = "/v1/chat/completions",
                .request = "req_1",
                .status = 200,
                .body_bytes = 1234,
                .seconds = 0.5123});
  });
  const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 127\.0\.0\.1:5123 )"
                        R"("POST /v1/chat/completions" 200 1234 B 0\.512 s req_1\n)");
  EXPECT_TRUE(std::regex_match(line, form)) << line;
}

TEST(AccessLog, LetsNoStrangerMoveTheCursor) {
  const std::string line = logged([] {
    log_access({.peer = "peer",
                .method = "GET\r",
                .path = "/a\"b\n\x1b[2J\x7f\xc2\x9b\x9b\xff \xea\xb0\x80",
                .request = "r\neq"});
  });
  EXPECT_NE(line.find("\"GET? /a?b??[2J???? \xea\xb0\x80\""), std::string::npos) << line;
  EXPECT_NE(line.find("r?eq\n"), std::string::npos) << line;
}

TEST(AccessLog, CutsWhatIsLong) {
  AccessLine line;
  const std::string path(100'000, 'x');
  line.path = path;
  EXPECT_LT(logged([&] { log_access(line); }).size(), 500u);
}

TEST(AccessLog, WritesABodyInOneLine) {
  const std::string line = logged([] { log_body("req_1", "{\n\t\"prompt\": \"\x1b[2J\"}\r\n"); });
  EXPECT_NE(line.find("Z req_1 {  \"prompt\": \" [2J\"}  \n"), std::string::npos) << line;
}

}  // namespace
}  // namespace byeol::server
