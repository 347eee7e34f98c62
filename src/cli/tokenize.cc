// byeol tokenize [TEXT ...] [--special] [--pieces] [--no-bos] [--model M] [--json]
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/model_option.h"
#include "cli/threads_option.h"
#include "cli/verbs.h"
#include "formats/gguf.h"
#include "formats/printable.h"
#include "model/tokenizer/tokenizer.h"

namespace byeol::cli {
namespace {

using Json = nlohmann::ordered_json;
using Ids = std::vector<model::TokenId>;

struct TokenizeOptions {
  std::vector<std::string> words;
  bool special = false;
  bool pieces = false;
  bool no_bos = false;
  bool json = false;
};

class Printer {
 public:
  Printer(const model::Tokenizer& tokenizer, const TokenizeOptions& options)
      : tokenizer_(tokenizer), options_(options) {}

  // A text's ids: printed, or kept for the JSON object.
  void add(std::string_view text) {
    const Ids ids = tokenizer_.encode(
        text, {.add_special = !options_.no_bos, .parse_special = options_.special});
    if (options_.json)
      lines_.push_back(to_json(ids));
    else
      print(ids);
  }

  void finish() {
    if (!options_.json) return;
    const Json json = lines_.size() == 1 ? lines_.front() : Json{{"lines", lines_}};
    cli::print_json(json);
  }

 private:
  void print(const Ids& ids) {
    std::string line;
    for (const model::TokenId id : ids) {
      if (!line.empty()) line += ' ';
      line += std::to_string(id);
      if (options_.pieces) line += ":" + formats::printable(tokenizer_.text(id), 1 << 20);
    }
    std::puts(line.c_str());
  }

  Json to_json(const Ids& ids) const {
    Json json = {{"ids", ids}};
    if (!options_.pieces) return json;
    json["pieces"] = Json::array();
    for (const model::TokenId id : ids) json["pieces"].push_back(tokenizer_.text(id));
    return json;
  }

  const model::Tokenizer& tokenizer_;
  const TokenizeOptions& options_;
  std::vector<Json> lines_;
};

Status tokenize(const TokenizeOptions& options, const ModelOption& model) {
  BYEOL_TRY(const std::string path, model.path());
  const auto load = [&path]() -> Result<std::shared_ptr<const model::Tokenizer>> {
    BYEOL_TRY(const formats::Gguf file, formats::Gguf::open(path));
    return model::Tokenizer::from_gguf(file);
  };
  auto tokenizer = load();
  if (!tokenizer) return std::move(tokenizer.error()).within("load " + path);
  Printer printer(**tokenizer, options);
  if (!options.words.empty()) {
    std::string text;
    for (const std::string& word : options.words) {
      if (!text.empty()) text += ' ';
      text += word;
    }
    printer.add(text);
  } else {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
      printer.add(line);
      // Whoever asks line by line gets each answer before the next question.
      if (std::cin.rdbuf()->in_avail() <= 0) std::fflush(stdout);
    }
  }
  printer.finish();
  return ok();
}

}  // namespace

int run_tokenize(int argc, char** argv) {
  CLI::App app{"Turn text into token ids.", "byeol tokenize"};
  app.footer(
      "Examples: byeol tokenize Hello world\n"
      "          byeol tokenize --pieces --model gemma3-270m < lines.txt\n"
      "Without TEXT, each line of standard input gives a line of ids. The ids begin and end with\n"
      "the tokens that the model adds to every text (Gemma its BOS, SmolLM2 none); special tokens\n"
      "written in the text are plain text. The weights are not read.");
  TokenizeOptions options;
  app.add_option("TEXT", options.words, "The text; several words are joined by a blank");
  app.add_flag("--special", options.special, "\"<|im_end|>\" in the text is that special token");
  app.add_flag("--pieces", options.pieces, "Show each token as the vocabulary writes it, too");
  app.add_flag("--no-bos", options.no_bos, "Add no tokens at the beginning and the end");
  ModelOption model(app);
  const ThreadsOption threads(app, "As elsewhere; this work is done by one");
  app.add_flag("--json", options.json,
               "One JSON object: {\"ids\": [...]} of one line, {\"lines\": [...]} of several");
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = tokenize(options, model);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
