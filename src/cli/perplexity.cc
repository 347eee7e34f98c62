// byeol perplexity FILE [--block N] [--model M] [--threads N] [--kv TYPE] [--json]
#include "bench/perplexity.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/measure_options.h"
#include "cli/read_input.h"
#include "cli/verbs.h"

namespace byeol::cli {
namespace {

void print(const bench::Perplexity& measured, const LoadedModel& loaded, std::int32_t block,
           const MeasureOptions& options) {
  if (options.json()) {
    const nlohmann::ordered_json json = {{"perplexity", measured.perplexity},
                                         {"scored_tokens", measured.scored_tokens},
                                         {"blocks", measured.blocks},
                                         {"block", block},
                                         {"dropped_tokens", measured.dropped_tokens},
                                         {"tokens_per_s", measured.tokens_per_s},
                                         {"model", loaded.file_name},
                                         {"threads", loaded.pool->threads()},
                                         {"kv", options.kv()}};
    cli::print_json(json);
    return;
  }
  std::printf("perplexity %.4f\n", measured.perplexity);
  std::printf("%lld scored tokens in %d blocks of %d (%lld left over), %.1f tokens/s\n",
              static_cast<long long>(measured.scored_tokens), measured.blocks, block,
              static_cast<long long>(measured.dropped_tokens), measured.tokens_per_s);
}

Status measure(const std::string& path, std::int32_t block, const MeasureOptions& options) {
  BYEOL_TRY(const std::string text, read_input(path));
  BYEOL_TRY(const LoadedModel loaded, options.load());
  BYEOL_TRY(const bench::TokenBlocks blocks, bench::blocks_of_text(*loaded.model, text, block));
  BYEOL_TRY(const bench::Perplexity measured,
            bench::measure_perplexity(loaded.model, *loaded.pool, blocks,
                                      {options.kv_type(), block_progress("perplexity")}));
  print(measured, loaded, block, options);
  return ok();
}

}  // namespace

int run_perplexity(int argc, char** argv) {
  CLI::App app{"Measure how well a model predicts a text; less is better.", "byeol perplexity"};
  app.footer(
      "Example: byeol perplexity tests/text/english.txt --model gemma3-270m\n"
      "The procedure is that of llama-perplexity, so that the figures compare: the text is cut "
      "into\n"
      "blocks, an incomplete last one is dropped, and the second half of each block is scored.");
  std::string path;
  std::int32_t block = 512;
  app.add_option("FILE", path, "The text; - for standard input")->required();
  app.add_option("--block", block, "Tokens of a block")
      ->check(CLI::Range(3, 1 << 24))
      ->capture_default_str();
  MeasureOptions options(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = measure(path, block, options);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
