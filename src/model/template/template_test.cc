// What Python's jinja2 says, in the environment that Hugging Face's transformers sets up: see
// tools/golden/make_template_golden.py, which writes the files read here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

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

// Without the conversions of ChatTemplate::render(): exactly what jinja2 was given.
Result<std::string> render(const std::string& source, const Json& context, std::int64_t now) {
  BYEOL_TRY(jinja::Block block, jinja::parse(source));
  ChatInputs inputs;
  inputs.extra = context;
  inputs.now_seconds = now;
  return jinja::run(jinja::Program{std::move(block)}, inputs);
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
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".jinja") continue;
    const std::string source = read_text(entry.path());
    std::filesystem::path golden_path = entry.path();
    const Json golden = Json::parse(read_text(golden_path.replace_extension(".json")));
    for (const Json& test : golden["cases"]) {
      const std::string name =
          entry.path().filename().string() + ", " + test["name"].get<std::string>();
      expect_same(test, render(source, test["context"], golden["now_seconds"]), name);
      ++conversations;
    }
  }
  EXPECT_GT(conversations, 60);
}

}  // namespace
}  // namespace byeol::model
