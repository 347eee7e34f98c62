// byeol bench [--prompt N] [--generate N] [--sequences N] [--repeat N] [--model M] [--threads N]
//             [--kv TYPE] [--json]
// byeol bench --speculation [--generate N] [--repeat N] [--model M] [--threads N] [--kv TYPE]
//             [--json]
// byeol bench --context N [--sequences N] [--generate N] ..., --head TEXT [--generate N] ... and
// --neighbour [--prompt N] [--generate N] ..., --roofline [--threads N] [--json]
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/speculation.h"
#include "bench/speed.h"
#include "bench/statistics.h"
#include "cli/bench_context.h"
#include "cli/bench_head.h"
#include "cli/bench_neighbour.h"
#include "cli/bench_roofline.h"
#include "cli/command_line.h"
#include "cli/measure_options.h"
#include "cli/verbs.h"
#include "formats/printable.h"
#include "runtime/runtime.h"

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

void print_json(const std::vector<bench::SpeculationSpeed>& speeds,
                const bench::SpeculationOptions& what, const runtime::Runtime& runtime,
                const std::string& file_name, const MeasureOptions& options) {
  nlohmann::ordered_json texts = nlohmann::ordered_json::array();
  for (const bench::SpeculationSpeed& speed : speeds)
    texts.push_back({{"text", speed.text},
                     {"plain_tokens_per_s", bench::median(speed.plain_tokens_per_s)},
                     {"speculating_tokens_per_s", bench::median(speed.speculating_tokens_per_s)},
                     {"ratio", bench::median(speed.ratios)},
                     {"ratio_spread", bench::spread(speed.ratios)},
                     {"ratio_samples", speed.ratios},
                     {"generated_tokens", speed.generated},
                     {"drafted_tokens", speed.drafted},
                     {"accepted_tokens", speed.accepted}});
  const nlohmann::ordered_json json = {{"texts", texts},        {"generate", what.generate},
                                       {"repeat", what.repeat}, {"model", file_name},
                                       {"isa", runtime.isa()},  {"threads", runtime.threads()},
                                       {"kv", options.kv()}};
  cli::print_json(json);
}

void print_table(const std::vector<bench::SpeculationSpeed>& speeds) {
  std::printf("%-18s %9s %12s %18s %12s %10s\n", "tokens/s", "plain", "speculating", "ratio",
              "drafted", "accepted");
  for (const bench::SpeculationSpeed& speed : speeds) {
    const auto per_token = [&speed](std::int64_t count) {
      return static_cast<double>(count) /
             static_cast<double>(std::max<std::int64_t>(1, speed.generated));
    };
    std::printf("%-18s %9.1f %12.1f %9.2f (±%.1f %%) %12.2f %10.2f\n", speed.text.c_str(),
                bench::median(speed.plain_tokens_per_s),
                bench::median(speed.speculating_tokens_per_s), bench::median(speed.ratios),
                100 * bench::spread(speed.ratios), per_token(speed.drafted),
                per_token(speed.accepted));
  }
}

Status measure_speculation(const bench::SpeculationOptions& what, const MeasureOptions& options) {
  BYEOL_TRY(const std::string path, options.path());
  runtime::RuntimeOptions sized;
  sized.threads = options.threads();
  sized.engine.kv_type = options.kv_type();
  BYEOL_TRY(const auto runtime, runtime::Runtime::load(path, sized));
  const std::string file_name = std::filesystem::path(path).filename().string();
  BYEOL_TRY(const auto speeds,
            bench::measure_speculation(*runtime, what, [](const std::string& text) {
              std::fprintf(stderr, "%s\n", text.c_str());
            }));
  if (options.json()) {
    print_json(speeds, what, *runtime, file_name, options);
    return ok();
  }
  std::printf("%s, %s, %d threads, KV cache %s; medians of %d pairs; drafts per token\n",
              formats::printable(file_name).c_str(), runtime->isa(), runtime->threads(),
              options.kv().c_str(), what.repeat);
  print_table(speeds);
  return ok();
}

}  // namespace

int run_bench(int argc, char** argv) {
  CLI::App app{"Measure how fast a model reads and writes on this machine.", "byeol bench"};
  app.footer(
      "Examples: byeol bench --model gemma3-270m --sequences 8\n"
      "          byeol bench --context 1000 --sequences 32 -n 16    a prompt that all of them "
      "share\n"
      "          byeol bench --speculation --generate 128    answers that copy, edit, and neither\n"
      "          ./byeol bench --against llama.cpp,ik    side by side with rivals: the script "
      "builds\n"
      "                                                  them and measures in turns (--against "
      "--help)\n"
      "          ./byeol bench --instructions    of a token on arm64, counted under qemu\n"
      "Prefill: the prompts of all sequences, from an empty cache. Decode: one token of each\n"
      "sequence a step; none is sampled, as in llama-bench. Both count the tokens of all "
      "sequences.\n"
      "The spread is half the distance between the quartiles, as a share of the median. A shorter\n"
      "run goes first and is not measured. With --speculation: whole answers, as `byeol run` "
      "makes\n"
      "them, in pairs with and without; drafted and accepted are per token of the answer.");
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
      ->type_name("TEXT")
      ->excludes("--prompt")
      ->excludes("--sequences")
      ->excludes("--repeat");
  std::int32_t context = 0;
  app.add_option("--context", context,
                 "Instead: what so many tokens of context cost -n steps, own and shared")
      ->check(CLI::Range(1, 1 << 24))
      ->excludes("--prompt")
      ->excludes("--head");
  bool speculation = false;
  app.add_flag("--speculation", speculation, "Measure what speculation brings, on texts of its own")
      ->excludes("--prompt")
      ->excludes("--sequences")
      ->excludes("--head")
      ->excludes("--context");
  bool neighbour = false;
  app.add_flag("--neighbour", neighbour,
               "Instead: beside a busy loop on one core, against one thread alone")
      ->excludes("--head")
      ->excludes("--context")
      ->excludes("--speculation");
  bool roofline = false;
  app.add_flag("--roofline", roofline,
               "Measure what this machine allows, and where the kernels stand under it")
      ->excludes("--prompt")
      ->excludes("--generate")
      ->excludes("--sequences")
      ->excludes("--repeat")
      ->excludes("--head")
      ->excludes("--context")
      ->excludes("--speculation")
      ->excludes("--neighbour");
  MeasureOptions options(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  what.kv_type = options.kv_type();
  const Status done =
      speculation ? measure_speculation({.generate = what.generate, .repeat = what.repeat}, options)
      : roofline  ? bench_roofline(options)
      : neighbour ? bench_neighbour(what, options)
      : context > 0        ? bench_context({.context = context,
                                            .sequences = what.sequences,
                                            .steps = what.generate,
                                            .repeat = what.repeat,
                                            .kv_type = what.kv_type},
                                           options)
      : !head_text.empty() ? bench_head(head_text, what.generate, options)
                           : measure(what, options);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
