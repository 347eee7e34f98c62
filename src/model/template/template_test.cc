// What Python's jinja2 says, in the environment that Hugging Face's transformers sets up: see
// tools/golden/make_template_golden.py, which writes the files read here.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "model/template/chat_template.h"
#include "model/template/parser.h"
#include "model/template/program.h"

namespace byeol::model {
namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path kFolder =
    std::filesystem::path(BYEOL_SOURCE_DIR) / "tests/golden/template";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> chat_templates() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".jinja") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Without the conversions of ChatTemplate::render(): exactly what jinja2 was given.
Result<std::string> render(const std::string& source, const Json& context, std::int64_t now) {
  BYEOL_TRY(jinja::Block block, jinja::parse(source));
  ChatInputs inputs;
  inputs.extra = context;
  inputs.now_seconds = now;
  return jinja::run(jinja::Program{std::move(block)}, inputs, inputs.messages);
}

void expect_same(const Json& golden, const Result<std::string>& actual, const std::string& name) {
  if (golden.contains("error")) {
    ASSERT_FALSE(actual) << name << "\nexpected an error: " << golden["error"]
                         << "\nfound: " << *actual;
    EXPECT_TRUE(actual.error().message.starts_with("chat template line "))
        << name << ": " << actual.error().message;
    if (golden.contains("raised")) {
      EXPECT_NE(actual.error().message.find(golden["raised"].get<std::string>()), std::string::npos)
          << name << ": " << actual.error().message;
    }
    return;
  }
  ASSERT_TRUE(actual) << name << ": " << actual.error().message;
  EXPECT_EQ(*actual, golden["output"].get<std::string>()) << name;
}

TEST(Template, EverySmallCaseGivesWhatJinja2Gives) {
  const Json golden = Json::parse(read_text(kFolder / "small.json"));
  ASSERT_GT(golden["cases"].size(), 400u);
  for (const Json& test : golden["cases"]) {
    const std::string source = test["source"];
    expect_same(test, render(source, golden["context"], golden["now_seconds"]), source);
  }
}

TEST(Template, EveryChatTemplateGivesWhatJinja2Gives) {
  int conversations = 0;
  for (const std::filesystem::path& path : chat_templates()) {
    const std::string source = read_text(path);
    std::filesystem::path golden_path = path;
    const Json golden = Json::parse(read_text(golden_path.replace_extension(".json")));
    for (const Json& test : golden["cases"]) {
      const std::string name = path.filename().string() + ", " + test["name"].get<std::string>();
      expect_same(test, render(source, test["context"], golden["now_seconds"]), name);
      ++conversations;
    }
  }
  EXPECT_GT(conversations, 60);
}

// 200 turns, a megabyte of text and 50 tools take a small part of what a rendering may spend.
TEST(Template, ALongConversationIsFarFromTheLimits) {
  ChatInputs inputs;
  inputs.add_generation_prompt = true;
  std::string text;
  while (text.size() < 5000) text += "It rains in 서울 today, said the \"weather\".\n";
  Json messages = Json::array();
  for (int turn = 0; turn < 200; ++turn)
    messages.push_back({{"role", turn % 2 == 0 ? "user" : "assistant"},
                        {"content", std::to_string(turn) + ": " + text}});
  messages.push_back({{"role", "user"}, {"content", "And tomorrow?"}});
  const Json golden = Json::parse(read_text(kFolder / "headers_llama31.json"));
  const Json tool = golden["cases"][6]["context"]["tools"][0];
  ASSERT_EQ(tool["function"]["name"], "get_weather");
  inputs.tools = Json::array();
  for (int i = 0; i < 50; ++i) inputs.tools.push_back(tool);

  const jinja::Limits part{.steps = jinja::Limits{}.steps / 5,
                           .memory_bytes = jinja::Limits{}.memory_bytes / 8};
  for (const std::filesystem::path& path : chat_templates()) {
    Result<jinja::Block> block = jinja::parse(read_text(path));
    ASSERT_TRUE(block) << path;
    const Result<std::string> prompt =
        jinja::run(jinja::Program{*std::move(block)}, inputs, messages, part);
    ASSERT_TRUE(prompt) << path << ": " << prompt.error().message;
    EXPECT_GT(prompt->size(), 1'000'000u) << path;
  }
}

}  // namespace
}  // namespace byeol::model
