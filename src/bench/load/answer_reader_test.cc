#include "bench/load/answer_reader.h"

#include <gtest/gtest.h>

namespace byeol::bench {
namespace {

constexpr const char* kChat =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
    "\"finish_reason\":null}],\"usage\":null}\n\n"
    ": keep alive\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"One\"},\"finish_reason\":null}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" two\"},"
    "\"finish_reason\":null}]}\r\n\r\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
    "\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n"
    "data: [DONE]\n\n";

// The record of a stream that comes in these pieces, a millisecond apart.
LoadRecord read(const std::vector<std::string_view>& pieces, const Status& status = ok()) {
  LoadRecord record;
  AnswerReader reader(record);
  reader.head({.status = 200});
  double now_ms = 0;
  for (const std::string_view piece : pieces) reader.body(++now_ms, piece);
  reader.end(++now_ms, status);
  return record;
}

TEST(AnswerReader, ReadsAChat) {
  const LoadRecord record = read({kChat});
  EXPECT_TRUE(record.is_complete) << record.error;
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.token_ms, (std::vector<double>{1, 1}));
  EXPECT_EQ(record.finish_reason, "length");
  EXPECT_EQ(record.prompt_tokens, 9);
  EXPECT_EQ(record.cached_tokens, 4);
  EXPECT_EQ(record.completion_tokens, 2);
  EXPECT_EQ(record.end_ms, 2);
}

TEST(AnswerReader, ReadsAStreamThatIsCutAnywhere) {
  const std::string_view stream = kChat;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const LoadRecord record = read({stream.substr(0, cut), stream.substr(cut)});
    ASSERT_TRUE(record.is_complete) << "cut at " << cut << ": " << record.error;
    ASSERT_EQ(record.token_ms.size(), 2u) << cut;
    ASSERT_EQ(record.completion_tokens, 2) << cut;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
  const LoadRecord record = read(bytes);
  EXPECT_TRUE(record.is_complete) << record.error;
  ASSERT_EQ(record.token_ms.size(), 2u);
  EXPECT_LT(record.token_ms[0], record.token_ms[1]);
}

TEST(AnswerReader, SaysWhichBytesBroughtTokens) {
  LoadRecord record;
  AnswerReader reader(record);
  reader.head({.status = 200});
  EXPECT_FALSE(reader.body(1, "data: {\"choices\":[{\"text\":\"On"));
  EXPECT_TRUE(reader.body(2, "e\"}]}\n\n"));
  EXPECT_FALSE(
      reader.body(3, "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}\n\n"));
  EXPECT_FALSE(reader.body(4, "data: [DONE]\n\n"));
  reader.end(5, ok());
  EXPECT_TRUE(record.is_complete) << record.error;
  EXPECT_EQ(record.token_ms, (std::vector<double>{2}));
  EXPECT_EQ(record.completion_tokens, -1);  // Not told.
}

TEST(AnswerReader, ReasoningAndToolCallsAreTokens) {
  const LoadRecord record =
      read({"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: "
            "[DONE]\n\n"});
  EXPECT_EQ(record.token_ms, (std::vector<double>{1, 2}));
}

TEST(AnswerReader, SaysWhyAnAnswerIsNotComplete) {
  const char* token = "data: {\"choices\":[{\"text\":\"a\"}]}\n\n";
  const char* finish = "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}\n\n";
  const auto error = [](const std::vector<std::string_view>& pieces, const Status& status) {
    const LoadRecord record = read(pieces, status);
    EXPECT_FALSE(record.is_complete);
    return record.error;
  };
  EXPECT_EQ(error({token}, ok()), "the stream ended without a finish_reason");
  EXPECT_EQ(error({token, finish}, ok()), "the stream ended without [DONE]");
  EXPECT_EQ(error({token}, Error{ErrorCode::kIo, "cut"}), "cut");
  EXPECT_EQ(error({"data: {\"error\":{\"message\":\"out of memory\"}}\n\n"}, ok()),
            "out of memory");
  EXPECT_EQ(error({"data: nonsense\n\n"}, ok()),
            "a part of the stream is no JSON object: nonsense");
  const std::string endless = "data: " + std::string(std::size_t{2} << 20, 'x');
  EXPECT_EQ(error({endless, token}, ok()).find("event stream: "), 0u);
}

TEST(AnswerReader, ReadsRefusals) {
  LoadRecord record;
  AnswerReader reader(record);
  reader.head({.status = 429, .headers = {{"Retry-After", "2"}, {"Retry-After-Ms", "1500"}}});
  EXPECT_FALSE(reader.body(1, "{\"error\":{\"mess"));
  EXPECT_FALSE(reader.body(1, "age\":\"full\"}}"));
  reader.end(2, ok());
  EXPECT_EQ(record.status, 429);
  EXPECT_EQ(record.error, "full");
  EXPECT_EQ(record.retry_after_ms, 1500);
  EXPECT_FALSE(record.is_complete);

  const auto retry_after = [](const char* value) {
    LoadRecord refused;
    AnswerReader(refused).head({.status = 503, .headers = {{"retry-after", value}}});
    return refused.retry_after_ms;
  };
  EXPECT_EQ(retry_after("2"), 2000);
  EXPECT_EQ(retry_after("0"), 0);
  for (const char* bad : {"", "-1", "soon", "nan", "Wed, 21 Oct 2015 07:28:00 GMT"})
    EXPECT_EQ(retry_after(bad), -1) << bad;
}

TEST(AnswerReader, ShowsAnErrorThatIsNotJson) {
  LoadRecord record;
  AnswerReader reader(record);
  reader.head({.status = 502});
  reader.body(1, "<html>bad gateway</html>");
  reader.end(2, ok());
  EXPECT_EQ(record.error, "<html>bad gateway</html>");
}

}  // namespace
}  // namespace byeol::bench
