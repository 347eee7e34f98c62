// POST /v1/completions, /v1/embeddings, /tokenize and /detokenize over HTTP.
#include <gtest/gtest.h>

#include <cmath>

#include "server/test_server.h"

namespace byeol::server {
namespace {

using testing::json_of;
using testing::Served;
using wire::Json;

constexpr const char* kPath = "/v1/completions";

TEST(ServerCompletions, AnswersEachPromptSeveralTimes) {
  const Served served;
  const Json tokens = served.post("/tokenize", R"({"prompt":"second prompt"})")["tokens"];
  const Json body = {{"prompt", {"first prompt", "second prompt", "third one"}},
                     {"n", 2},
                     {"max_tokens", 6},
                     {"ignore_eos", true},
                     {"seed", 5}};
  const Json whole = served.post(kPath, body.dump());
  EXPECT_TRUE(whole["id"].get<std::string>().starts_with("cmpl-"));
  ASSERT_EQ(whole["choices"].size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(whole["choices"][i]["index"], i);
    EXPECT_EQ(whole["choices"][i]["finish_reason"], "length");
  }
  EXPECT_EQ(whole["usage"]["completion_tokens"], 36);

  // The answers do not depend on company, nor on the prompt's form.
  const Json alone = {
      {"prompt", tokens}, {"n", 2}, {"max_tokens", 6}, {"ignore_eos", true}, {"seed", 5}};
  const Json second = served.post(kPath, alone.dump());
  EXPECT_EQ(second["choices"][0]["text"], whole["choices"][2]["text"]);
  EXPECT_EQ(second["choices"][1]["text"], whole["choices"][3]["text"]);

  Json streaming = body;
  streaming["stream"] = true;
  std::vector<std::string> texts(6);
  const auto events = served.stream(kPath, streaming.dump());
  for (const wire::SseEvent& event : events) {
    if (event.data == "[DONE]") continue;
    const Json choice = json_of(event.data)["choices"].at(0);
    texts.at(choice["index"].get<std::size_t>()) += choice["text"].get<std::string>();
  }
  EXPECT_EQ(events.back().data, "[DONE]");
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(texts[i], whole["choices"][i]["text"]);
}

TEST(ServerCompletions, EchoesThePrompt) {
  const Served served;
  const Json json =
      served.post(kPath, R"({"prompt":"Once upon","echo":true,"max_tokens":4,"ignore_eos":true})");
  EXPECT_TRUE(json["choices"][0]["text"].get<std::string>().starts_with("Once upon"));
  const Json prompt_alone =
      served.post(kPath, R"({"prompt":["a","b"],"echo":true,"max_tokens":0})");
  EXPECT_EQ(prompt_alone["choices"][1]["text"], "b");
  EXPECT_EQ(prompt_alone["usage"]["completion_tokens"], 0);
  const auto events =
      served.stream(kPath, R"({"prompt":["a","b"],"echo":true,"max_tokens":0,"stream":true})");
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(json_of(events[1].data)["choices"][0]["text"], "b");
}

TEST(ServerCompletions, TakesNoMoreAnswersThanItGives) {
  const Served served;
  Json body = {{"prompt", Json::array()}, {"n", 13}, {"max_tokens", 1}};
  for (int i = 0; i < 5; ++i) body["prompt"].push_back("x");
  const Json error = served.post(kPath, body.dump(), 400)["error"];
  EXPECT_EQ(error["param"], "n");
  EXPECT_EQ(error["message"],
            "The request asks for 65 answers; this server gives at most 64 to one request.");
}

TEST(ServerCompletions, RefusesAPromptThatIsTooLong) {
  const Served served;
  const Json body = {{"prompt", std::string(4000, 'x')}};
  EXPECT_EQ(served.post(kPath, body.dump(), 400)["error"]["code"], "context_length_exceeded");
  const Json outside = {{"prompt", {1, 2, 1'000'000}}};
  EXPECT_NE(served.post(kPath, outside.dump(), 400)["error"]["message"].get<std::string>().find(
                "1000000"),
            std::string::npos);
}

double length_of(const Json& vector) {
  double sum = 0;
  for (const Json& value : vector) sum += value.get<double>() * value.get<double>();
  return std::sqrt(sum);
}

TEST(ServerEmbeddings, EmbedsFiftyTextsInTheirOrder) {
  const Served served;
  Json inputs = Json::array();
  for (int i = 0; i < 50; ++i) inputs.push_back("text number " + std::to_string(i * i));
  const Json json = served.post("/v1/embeddings", Json({{"input", inputs}}).dump());
  ASSERT_EQ(json["data"].size(), 50u);
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(json["data"][i]["index"], i);
    EXPECT_NEAR(length_of(json["data"][i]["embedding"]), 1, 1e-3);
  }
  // One alone has the same: its bits do not depend on company.
  const Json alone = served.post("/v1/embeddings", Json({{"input", inputs[33]}}).dump());
  EXPECT_EQ(alone["data"][0]["embedding"], json["data"][33]["embedding"]);
  EXPECT_GT(json["usage"]["prompt_tokens"], 50);
}

TEST(ServerEmbeddings, CutsToTheDimensionsThatAreWanted) {
  const Served served;
  const Json cut = served.post("/v1/embeddings", R"({"input":"hello","dimensions":16})");
  EXPECT_EQ(cut["data"][0]["embedding"].size(), 16u);
  EXPECT_NEAR(length_of(cut["data"][0]["embedding"]), 1, 1e-3);
  const Json error =
      served.post("/v1/embeddings", R"({"input":"hello","dimensions":97})", 400)["error"];
  EXPECT_EQ(error["param"], "dimensions");
}

TEST(ServerEmbeddings, AnswersOnceWhereOneOfManyIsTooLong) {
  const Served served;
  Json inputs = Json::array();
  for (int i = 0; i < 50; ++i) inputs.push_back("short");
  inputs[40] = std::string(4000, 'x');
  const Json error = served.post("/v1/embeddings", Json({{"input", inputs}}).dump(), 400)["error"];
  EXPECT_EQ(error["param"], "input");
  EXPECT_TRUE(testing::eventually([&] { return served.is_idle(); }));
}

TEST(ServerTokens, GoThereAndBack) {
  const Served served;
  const std::string text = "Hello there";
  const Json there = served.post("/tokenize", Json({{"content", text}}).dump());
  EXPECT_EQ(there["count"], there["tokens"].size());
  EXPECT_GT(there["max_model_len"], 0);
  const Json back = served.post("/detokenize", Json({{"tokens", there["tokens"]}}).dump());
  EXPECT_EQ(back["content"], text);
  const Json chat =
      served.post("/tokenize", R"({"messages":[{"role":"user","content":"Hello there"}]})");
  EXPECT_GT(chat["count"], there["count"]);
  EXPECT_EQ(served.post("/detokenize", R"({"tokens":[99999999]})", 400)["error"]["param"],
            "tokens");
}

}  // namespace
}  // namespace byeol::server
