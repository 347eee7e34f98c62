// byeol bench [--prompt N] [--generate N] [--sequences N] [--repeat N] [--model M] [--threads N]
//             [--kv TYPE] [--json]
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/speed.h"
#include "bench/statistics.h"
#include "cli/bench_head.h"
#include "cli/command_line.h"
#include "cli/measure_options.h"
#include "cli/verbs.h"
#include "formats/printable.h"

namespace byeol::cli {
namespace {

void print_json(const bench::Speed& speed, const bench::SpeedOptions& what,
                const LoadedModel& loaded, const MeasureOptions& options) {
  const nlohmann::ordered_json json = {
      {"prefill_tokens_per_s", bench::median(speed.prefill_tokens_per_s)},
      {"decode_tokens_per_s", bench::median(speed.decode_tokens_per_s)},
      {"prefill_spread", bench::spread(speed.prefill_tokens_per_s)},
      {"decode_spread", bench::spread(speed.decode_tokens_per_s)},
      {"prefill_samples", speed.prefill_tokens_per_s},
      {"decode_samples", speed.decode_tokens_per_s},
      {"prompt", what.prompt},
      {"generate", what.generate},
      {"sequences", what.sequences},
      {"repeat", what.repeat},
      {"model", loaded.file_name},
      {"isa", speed.isa},
      {"threads", loaded.pool->threads()},
      {"kv", options.kv()}};
  cli::print_json(json);
}

void print_line(const char* phase, std::int32_t tokens, std::int32_t sequences,
                const std::vector<double>& samples) {
  std::string what = phase;
  if (sequences > 1) what += " x" + std::to_string(sequences);
  what += " " + std::to_string(tokens);
  std::printf("%-20s %10.1f tokens/s (±%.1f %%)\n", what.c_str(), bench::median(samples),
              100 * bench::spread(samples));
}

Status measure(const bench::SpeedOptions& what, const MeasureOptions& options) {
  BYEOL_TRY(const LoadedModel loaded, options.load());
  BYEOL_TRY(const bench::Speed speed, bench::measure_speed(loaded.model, *loaded.pool, what));
  if (options.json()) {
    print_json(speed, what, loaded, options);
    return ok();
  }
  std::printf("%s, %s, %d threads, KV cache %s; median and spread of %d runs\n",
              formats::printable(loaded.file_name).c_str(), speed.isa.c_str(),
              loaded.pool->threads(), options.kv().c_str(), what.repeat);
  print_line("prefill", what.prompt, what.sequences, speed.prefill_tokens_per_s);
  print_line("decode", what.generate, what.sequences, speed.decode_tokens_per_s);
  return ok();
}

}  // namespace

int run_bench(int argc, char** argv) {
  CLI::App app{"Measure how fast a model reads and writes on this machine.", "byeol bench"};
  app.footer(
      "Examples: byeol bench --model gemma3-270m --sequences 8\n"
      "          ./byeol bench --against llama.cpp,ik    side by side with rivals: the script "
      "builds\n"
      "                                                  them and measures in turns (--against "
      "--help)\n"
      "Prefill: the prompts of all sequences, from an empty cache. Decode: one token of each\n"
      "sequence a step; none is sampled, as in llama-bench. Both count the tokens of all "
      "sequences.\n"
      "The spread is half the distance between the quartiles, as a share of the median. A shorter\n"
      "run goes first and is not measured.");
  bench::SpeedOptions what;
  const auto add = [&app](const char* name, std::int32_t& count, std::int32_t most,
                          const char* text) {
    app.add_option(name, count, text)->check(CLI::Range(1, most))->capture_default_str();
  };
  add("-p,--prompt", what.prompt, 1 << 24, "Tokens of each sequence's prompt");
  add("-n,--generate", what.generate, 1 << 24, "Tokens that each sequence writes");
  add("--sequences", what.sequences, 4096, "So many at once");
  add("-r,--repeat", what.repeat, 10000, "Measured runs");
  std::string head_text;
  app.add_option("--head", head_text,
                 "Instead: what skipping rows of the output head is worth on this text (-n tokens)")
      ->type_name("TEXT");
  MeasureOptions options(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  what.kv_type = options.kv_type();
  const Status done =
      head_text.empty() ? measure(what, options) : bench_head(head_text, what.generate, options);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
