// byeol synth --shape SHAPE --quant TYPE --output FILE [--seed N] [--threads N]
#include "bench/synth.h"

#include <cstdio>

#include "cli/command_line.h"
#include "cli/progress_bar.h"
#include "cli/threads_option.h"
#include "cli/verbs.h"

namespace byeol::cli {
namespace {

struct SynthOptions {
  std::string shape;
  std::string quantization = "Q4_K_M";
  std::string output;
  std::uint64_t seed = 0;
};

Status write(const SynthOptions& options, int threads) {
  BYEOL_TRY(const bench::SynthShape shape, bench::find_shape(options.shape));
  BYEOL_TRY(const formats::Quantization quantization,
            formats::parse_quantization(options.quantization));
  ThreadPool pool(threads);
  ProgressBar bar("synth");
  return bench::write_synth(
      shape, quantization, options.seed, options.output, pool,
      [&bar](std::int64_t done, std::int64_t total) { bar.show(done, total); });
}

}  // namespace

int run_synth(int argc, char** argv) {
  CLI::App app{"Write a model with random weights in a real shape, for measuring speed.",
               "byeol synth"};
  app.footer(
      "Example: byeol synth --shape llama-1b --quant Q4_K_M --output /tmp/llama-1b.gguf\n"
      "Speed does not depend on what the weights say, so such a file measures as a real one does;\n"
      "what it writes makes no sense. The same shape, type and seed give the same bytes "
      "everywhere.\n"
      "Shapes: " +
      bench::known_shapes() + "\nTypes: " + formats::known_quantizations());
  SynthOptions options;
  app.add_option("--shape", options.shape, "Whose shape, see below")->required();
  app.add_option("--quant", options.quantization, "The type of the weights, see below")
      ->capture_default_str();
  app.add_option("-o,--output", options.output, "The file to write")->required();
  app.add_option("--seed", options.seed, "Of the random weights")->capture_default_str();
  const ThreadsOption threads(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = write(options, threads.count());
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
