#include "wire/responses_events.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace byeol::wire {
namespace {

// A response being made, and what it said.
class Stream {
 public:
  explicit Stream(const std::string& fields = "")
      : request_(
            *read_responses_request(*parse_body(R"({"model":"m","input":"Hi")" + fields + "}"))),
        events_(
            "resp_1", 1'800'000'000, request_, [this] { return ++random_; },
            [this](const ResponsesEvent& event) { take(event); }) {}

  ResponsesEvents* operator->() { return &events_; }
  const std::vector<Json>& all() const { return all_; }
  Json response() const { return Json::parse(events_.response()); }

  void done() { events_.finish({.how = ResponsesEnd::How::kDone, .at_s = 1'800'000'009}); }
  void cut() { events_.finish({.how = ResponsesEnd::How::kCut}); }

  // The types, without "response.".
  std::string types() const {
    std::string joined;
    for (const Json& event : all_)
      joined += (joined.empty() ? "" : " ") + event["type"].get<std::string>().substr(9);
    return joined;
  }
  const Json& first(const std::string& type) const {
    for (const Json& event : all_)
      if (event["type"] == "response." + type) return event;
    ADD_FAILURE() << "no event " << type;
    return all_.front();
  }

 private:
  void take(const ResponsesEvent& event) {
    const Json json = Json::parse(event.json);
    EXPECT_EQ(json["type"], event.type);
    EXPECT_EQ(json["sequence_number"], all_.size());
    all_.push_back(json);
  }

  ResponsesRequest request_;
  std::uint64_t random_ = 0;
  std::vector<Json> all_;
  ResponsesEvents events_;
};

const std::string kBegin = "created in_progress ";
const std::string kText =
    "output_item.added content_part.added output_text.delta output_text.delta "
    "output_text.done content_part.done output_item.done ";

TEST(ResponsesEvents, Text) {
  Stream stream;
  stream->start();
  stream->content("Hello", {});
  stream->content("", {});
  stream->content(" \"you\"", {});
  stream.done();
  EXPECT_EQ(stream.types(), kBegin + kText + "completed");

  EXPECT_EQ(stream.first("created")["response"]["status"], "in_progress");
  EXPECT_EQ(stream.first("in_progress")["response"]["output"].dump(), "[]");
  const Json& added = stream.first("output_item.added");
  const std::string id = added["item"]["id"];
  EXPECT_TRUE(id.starts_with("msg_"));
  EXPECT_EQ(added["output_index"], 0);
  EXPECT_EQ(added["item"].dump(), R"({"id":")" + id +
                                      R"(","type":"message","role":"assistant","content":[],)"
                                      R"("status":"in_progress"})");
  EXPECT_EQ(stream.first("content_part.added").dump(),
            R"({"type":"response.content_part.added","sequence_number":3,"item_id":")" + id +
                R"(","output_index":0,"content_index":0,"part":{"type":"output_text","text":"",)"
                R"("annotations":[],"logprobs":[]}})");
  EXPECT_EQ(stream.first("output_text.delta").dump(),
            R"({"type":"response.output_text.delta","sequence_number":4,"item_id":")" + id +
                R"(","output_index":0,"content_index":0,"delta":"Hello","logprobs":[]})");
  EXPECT_EQ(stream.first("output_text.done").dump(),
            R"({"type":"response.output_text.done","sequence_number":6,"item_id":")" + id +
                R"(","output_index":0,"content_index":0,"text":"Hello \"you\"","logprobs":[]})");
  EXPECT_EQ(stream.first("content_part.done")["part"].dump(),
            R"({"type":"output_text","text":"Hello \"you\"","annotations":[],"logprobs":[]})");
  const Json& item = stream.first("output_item.done")["item"];
  EXPECT_EQ(item["status"], "completed");
  EXPECT_EQ(item["content"][0], stream.first("content_part.done")["part"]);
  const Json& response = stream.first("completed")["response"];
  EXPECT_EQ(response["status"], "completed");
  EXPECT_EQ(response["completed_at"], 1'800'000'009);
  EXPECT_EQ(response["output"], Json::array({item}));
  EXPECT_EQ(stream.response(), response);
  ASSERT_EQ(stream->output().size(), 1U);
  EXPECT_EQ(stream->output()[0].id, id);
  EXPECT_EQ(Json::parse(stream->output()[0].json), item);
}

TEST(ResponsesEvents, ReasoningThenText) {
  Stream stream;
  stream->start();
  stream->reasoning("Let me ");
  stream->reasoning("see.");
  stream->content("4", {});
  stream->content("2", {});
  stream.done();
  EXPECT_EQ(stream.types(),
            kBegin +
                "output_item.added content_part.added reasoning_text.delta reasoning_text.delta "
                "reasoning_text.done content_part.done output_item.done " +
                kText + "completed");
  const Json output = stream.response()["output"];
  const std::string id = output[0]["id"];
  EXPECT_TRUE(id.starts_with("rs_"));
  EXPECT_EQ(output[0].dump(),
            R"({"id":")" + id +
                R"(","type":"reasoning","summary":[],"content":[{"type":"reasoning_text",)"
                R"("text":"Let me see."}],"status":"completed"})");
  EXPECT_EQ(stream.first("reasoning_text.delta")["delta"], "Let me ");
  EXPECT_FALSE(stream.first("reasoning_text.delta").contains("logprobs"));
  EXPECT_EQ(stream.first("content_part.added")["part"].dump(),
            R"({"type":"reasoning_text","text":""})");
  EXPECT_EQ(stream.first("output_text.delta")["output_index"], 1);
  EXPECT_EQ(output[1]["content"][0]["text"], "42");
}

TEST(ResponsesEvents, CallsAfterText) {
  Stream stream;
  stream->start();
  stream->content("Wait.", {});
  for (const char* call_id : {"call_1", "call_2"}) {
    stream->begin_call("add", call_id);
    stream->arguments(R"({"a":)");
    stream->arguments("");
    stream->arguments("1}");
    stream->end_call();
    EXPECT_EQ(stream.all().back()["type"], "response.output_item.done") << "it can be run now";
  }
  stream.done();
  const std::string call =
      "output_item.added function_call_arguments.delta function_call_arguments.delta "
      "function_call_arguments.done output_item.done ";
  EXPECT_EQ(stream.types(), kBegin +
                                "output_item.added content_part.added output_text.delta "
                                "output_text.done content_part.done output_item.done " +
                                call + call + "completed");
  const Json output = stream.response()["output"];
  ASSERT_EQ(output.size(), 3U);
  const std::string id = output[1]["id"];
  EXPECT_TRUE(id.starts_with("fc_"));
  EXPECT_EQ(output[1].dump(), R"({"id":")" + id +
                                  R"(","type":"function_call","call_id":"call_1","name":"add",)"
                                  R"("arguments":"{\"a\":1}","status":"completed"})");
  EXPECT_EQ(output[2]["call_id"], "call_2");
  EXPECT_EQ(stream.first("function_call_arguments.delta").dump(),
            R"({"type":"response.function_call_arguments.delta","sequence_number":9,"item_id":")" +
                id + R"(","output_index":1,"delta":"{\"a\":"})");
  EXPECT_EQ(stream.first("function_call_arguments.done").dump(),
            R"({"type":"response.function_call_arguments.done","sequence_number":11,"item_id":")" +
                id + R"(","output_index":1,"name":"add","arguments":"{\"a\":1}"})");
}

TEST(ResponsesEvents, ATextThatIsCutIsIncomplete) {
  Stream stream;
  stream->start();
  stream->content("Once", {});
  stream->content(" upon", {});
  stream.cut();
  EXPECT_EQ(stream.types(), kBegin + kText + "incomplete");
  const Json& response = stream.all().back()["response"];
  EXPECT_EQ(response["status"], "incomplete");
  EXPECT_EQ(response["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(response["completed_at"], nullptr);
  EXPECT_EQ(response["output"][0]["status"], "incomplete");
  EXPECT_EQ(response["output"][0]["content"][0]["text"], "Once upon");
}

TEST(ResponsesEvents, ACallThatIsCutIsIncompleteAndAWholeOneIsNot) {
  Stream stream;
  stream->start();
  stream->begin_call("add", "call_1");
  stream->arguments("{}");
  stream->end_call();
  stream->begin_call("add", "call_2");
  stream->arguments(R"({"a":)");
  stream->end_call();  // The answer's end is a call's end, too.
  stream.cut();
  const Json output = stream.response()["output"];
  EXPECT_EQ(output[0]["status"], "completed");
  EXPECT_EQ(output[1]["status"], "incomplete");
  EXPECT_EQ(output[1]["arguments"], R"({"a":)");
}

TEST(ResponsesEvents, CallsOfCustomTools) {
  Stream stream;
  stream->start();
  stream->begin_call("sql", "call_1", ToolType::kCustom);
  stream->arguments("SELECT");
  stream->arguments(" 1");
  stream->end_call();
  EXPECT_EQ(stream.all().back()["type"], "response.output_item.done") << "it can be run now";
  stream->begin_call("sql", "call_2", ToolType::kCustom);
  stream->end_call(false);
  stream.cut();
  EXPECT_EQ(stream.types(),
            kBegin +
                "output_item.added custom_tool_call_input.delta custom_tool_call_input.delta "
                "custom_tool_call_input.done output_item.done output_item.added "
                "custom_tool_call_input.done output_item.done incomplete");
  const Json output = stream.response()["output"];
  const std::string id = output[0]["id"];
  EXPECT_TRUE(id.starts_with("ctc_"));
  EXPECT_EQ(stream.first("output_item.added")["item"].dump(),
            R"({"id":")" + id +
                R"(","type":"custom_tool_call","call_id":"call_1","name":"sql",)"
                R"("input":"","status":"in_progress"})");
  EXPECT_EQ(stream.first("custom_tool_call_input.delta").dump(),
            R"({"type":"response.custom_tool_call_input.delta","sequence_number":3,"item_id":")" +
                id + R"(","output_index":0,"delta":"SELECT"})");
  EXPECT_EQ(stream.first("custom_tool_call_input.done").dump(),
            R"({"type":"response.custom_tool_call_input.done","sequence_number":5,"item_id":")" +
                id + R"(","output_index":0,"input":"SELECT 1"})");
  EXPECT_EQ(output[0].dump(), R"({"id":")" + id +
                                  R"(","type":"custom_tool_call","call_id":"call_1","name":"sql",)"
                                  R"("input":"SELECT 1","status":"completed"})");
  EXPECT_EQ(output[1]["status"], "incomplete");
}

TEST(ResponsesEvents, ABrokenCallThatTheModelEndedIsComplete) {
  Stream stream;
  stream->start();
  stream->begin_call("add", "call_1");
  stream->arguments("a=1");
  stream->end_call();
  stream->content("Done.", {});
  stream.done();
  EXPECT_EQ(stream.response()["output"][0]["status"], "completed");
  EXPECT_EQ(stream.response()["output"][0]["arguments"], "a=1");
}

TEST(ResponsesEvents, CutBeforeAnyText) {
  Stream stream;
  stream->start();
  stream.cut();
  EXPECT_EQ(stream.types(), kBegin + "incomplete");
  EXPECT_EQ(stream.response()["output"].dump(), "[]");
}

TEST(ResponsesEvents, AnEmptyAnswerIsAnEmptyMessage) {
  Stream stream;
  stream->start();
  stream->reasoning("Nothing to say.");
  stream.done();
  const Json output = stream.response()["output"];
  ASSERT_EQ(output.size(), 2U);
  EXPECT_EQ(output[1]["content"][0]["text"], "");
  EXPECT_EQ(stream.first("output_text.done")["text"], "");
}

TEST(ResponsesEvents, AFailureSaysWhy) {
  Stream stream;
  stream->start();
  stream->content("Once", {});
  stream->finish({.how = ResponsesEnd::How::kFailed, .error = server_error("It broke.")});
  EXPECT_EQ(stream.types(), kBegin +
                                "output_item.added content_part.added output_text.delta "
                                "output_text.done content_part.done output_item.done failed");
  const Json response = stream.response();
  EXPECT_EQ(response["status"], "failed");
  EXPECT_EQ(response["error"].dump(), R"({"code":"server_error","message":"It broke."})");
  EXPECT_EQ(response["output"][0]["status"], "incomplete");
}

TEST(ResponsesEvents, ABackgroundResponseWaitsInTheQueue) {
  Stream stream(R"(,"background":true)");
  stream->queue();
  EXPECT_EQ(stream.response()["status"], "queued");
  stream->start();
  EXPECT_EQ(stream.response()["status"], "in_progress");
  stream->content("Hi", {});
  stream->finish({.how = ResponsesEnd::How::kCancelled});
  EXPECT_TRUE(stream.types().starts_with("created queued in_progress output_item.added"));
  EXPECT_EQ(stream.first("created")["response"]["status"], "queued");
  EXPECT_EQ(stream.all().back()["type"], "response.failed");
  EXPECT_EQ(stream.response()["status"], "cancelled");
  EXPECT_EQ(stream.response()["error"], nullptr);
}

TEST(ResponsesEvents, CancelledWhileItWaits) {
  Stream stream(R"(,"background":true)");
  stream->queue();
  stream->finish({.how = ResponsesEnd::How::kCancelled});
  EXPECT_EQ(stream.types(), "created queued failed");
}

TEST(ResponsesEvents, LogprobsWhereTheyAreWanted) {
  const TokenLogprob token{.bytes = "a", .logprob = -0.5F, .top = {{"a", -0.5F}}};
  const std::string json = R"({"token":"a","logprob":-0.5,"bytes":[97],)"
                           R"("top_logprobs":[{"token":"a","logprob":-0.5,"bytes":[97]}]})";
  Stream stream(R"(,"include":["message.output_text.logprobs"],"top_logprobs":1)");
  stream->start();
  stream->content("a", {&token, 1});
  stream->content("", {&token, 1});
  stream->content("b", {});
  stream.done();
  EXPECT_EQ(stream.first("output_text.delta")["logprobs"].dump(), "[" + json + "]");
  EXPECT_EQ(stream.first("output_text.done")["logprobs"].dump(), "[" + json + "," + json + "]");
  EXPECT_EQ(stream.response()["output"][0]["content"][0]["logprobs"].size(), 2U);

  Stream without;
  without->start();
  without->content("a", {&token, 1});
  without.done();
  EXPECT_EQ(without.first("output_text.delta")["logprobs"].dump(), "[]");
}

TEST(ResponsesEvents, UsageAndDeadlineComeAtTheEnd) {
  Stream stream;
  stream->start();
  EXPECT_EQ(stream.response()["usage"], nullptr);
  stream->content("Hi", {});
  stream->finish({.how = ResponsesEnd::How::kDone,
                  .usage = CompletionUsage{.prompt_tokens = 3, .completion_tokens = 2},
                  .deadline = DeadlineReport{.met = false, .missed = "first"}});
  EXPECT_EQ(stream.response()["usage"]["total_tokens"], 5);
  EXPECT_EQ(stream.response()["deadline"]["missed"], "first");
}

TEST(ResponsesEvents, BrokenBytesOfAModelStayJson) {
  Stream stream;
  stream->start();
  stream->content("\xEB\xB3", {});
  stream->begin_call("f\xFF", "call_1");
  stream->arguments("\xFF");
  stream->end_call();
  stream.done();
  EXPECT_EQ(stream.response()["output"][1]["arguments"], "\xEF\xBF\xBD");
}

TEST(ResponsesEvents, WithoutAListenerThereIsStillTheResponse) {
  const ResponsesRequest request =
      *read_responses_request(*parse_body(R"({"model":"m","input":"Hi"})"));
  ResponsesEvents events("resp_1", 1, request, [] { return std::uint64_t{7}; }, nullptr);
  events.start();
  events.content("Hi", {});
  events.finish({.how = ResponsesEnd::How::kDone});
  EXPECT_EQ(Json::parse(events.response())["output"][0]["content"][0]["text"], "Hi");
}

}  // namespace
}  // namespace byeol::wire
