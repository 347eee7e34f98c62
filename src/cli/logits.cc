// byeol logits FILE | --ids 1,2,3 [--top N] [--rows 0,5] [--block N] [--model M] [--kv TYPE]
// [--json]
#include <cstdio>
#include <filesystem>

#include "bench/predictions.h"
#include "cli/command_line.h"
#include "cli/measure_options.h"
#include "cli/read_input.h"
#include "cli/verbs.h"

namespace byeol::cli {
namespace {

struct LogitsOptions {
  std::string path;
  std::vector<model::TokenId> ids;
  std::int32_t block = 512;
  std::int32_t top = 8;
  std::vector<std::int64_t> rows;
};

Status print_logits(const LogitsOptions& options, const MeasureOptions& measure) {
  std::string text;
  if (options.ids.empty()) {
    BYEOL_TRY(text, read_input(options.path));
  }
  BYEOL_TRY(const LoadedModel loaded, measure.load());
  BYEOL_TRY(bench::TokenBlocks blocks,
            options.ids.empty() ? bench::blocks_of_text(*loaded.model, text, options.block)
                                : bench::block_of_ids(*loaded.model, options.ids));
  BYEOL_TRY(const bench::Predictions predictions,
            bench::collect_predictions(loaded.model, *loaded.pool, std::move(blocks),
                                       {.predict = {measure.kv_type(), block_progress("logits")},
                                        .top = options.top,
                                        .rows = options.rows}));
  const model::Tokenizer& tokenizer = loaded.model->tokenizer();
  const bench::PredictionsOrigin origin{
      loaded.file_name, std::filesystem::path(options.path).filename().string(), measure.kv()};
  if (measure.json())
    std::puts(bench::describe_json(predictions, tokenizer, origin).c_str());
  else
    std::fputs(bench::describe(predictions, tokenizer).c_str(), stdout);
  return ok();
}

}  // namespace

int run_logits(int argc, char** argv) {
  CLI::App app{"Show what a model predicts at every position of a text.", "byeol logits"};
  app.footer(
      "Examples: byeol logits --ids 504,2365,282,4649\n"
      "          byeol logits tests/text/english.txt --json > ours.json\n"
      "Figures are natural logarithms of probabilities. A text is cut into blocks as by byeol\n"
      "perplexity; ids are taken as they are. The JSON is what ./byeol golden compare_logits "
      "reads.");
  LogitsOptions options;
  CLI::Option* file = app.add_option("FILE", options.path, "The text; - for standard input");
  CLI::Option* ids = app.add_option("--ids", options.ids, "Token ids instead of a text")
                         ->delimiter(',')
                         ->type_name("ID,ID,...")
                         ->excludes(file);
  app.add_option("--block", options.block, "Tokens of a block; 0: the whole text is one")
      ->check(CLI::Range(0, 1 << 24))
      ->excludes(ids)
      ->capture_default_str();
  app.add_option("--top", options.top, "Show so many of the best tokens")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--rows", options.rows, "Positions at which all logits are shown, too")
      ->delimiter(',')
      ->type_name("POSITION,...");
  MeasureOptions measure(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  if (options.path.empty() && options.ids.empty())
    return report(app, {ErrorCode::kInvalidArgument,
                        "of what? expected a FILE or --ids (see byeol logits --help)"});
  const Status done = print_logits(options, measure);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
