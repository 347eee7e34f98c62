// byeol quantize IN.gguf OUT.gguf --type TYPE [--threads N] [--json]
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/model_store.h"
#include "cli/notice.h"
#include "cli/progress_bar.h"
#include "cli/threads_option.h"
#include "cli/verbs.h"
#include "formats/printable.h"
#include "formats/quantize_file.h"

namespace byeol::cli {
namespace {

struct QuantizeOptions {
  std::string input;
  std::string output;
  std::string type;
  bool json = false;
};

void print_result(const formats::FilePlan& plan, const QuantizeOptions& options) {
  const double weights = static_cast<double>(plan.weights());
  const double bits = 8 * static_cast<double>(plan.bytes_after()) / weights;
  if (options.json) {
    print_json({{"input", options.input},
                {"output", options.output},
                {"type", std::string(plan.target.name)},
                {"bytes_before", plan.bytes_before()},
                {"bytes_after", plan.bytes_after()},
                {"bits_per_weight", bits}});
    return;
  }
  std::printf("%s: %.1f MB of weights, were %.1f MB; %.2f bits a weight\n",
              formats::printable(options.output).c_str(),
              static_cast<double>(plan.bytes_after()) / 1e6,
              static_cast<double>(plan.bytes_before()) / 1e6, bits);
}

Status convert(const QuantizeOptions& options, int threads) {
  BYEOL_TRY(const formats::Quantization target, formats::parse_quantization(options.type));
  BYEOL_TRY(const std::string path, find_model(options.input));
  std::error_code ignored;
  if (std::filesystem::equivalent(path, options.output, ignored))
    return Error{ErrorCode::kInvalidArgument,
                 formats::printable(options.output) + " is the input itself; give another name"};
  auto source = formats::Gguf::open(path);
  if (!source) return std::move(source.error()).within("open " + path);
  const formats::FilePlan plan = formats::plan_file(*source, target);
  if (const std::string types = plan.rounded_before(); !types.empty())
    notice("byeol quantize: the input is quantized already (" + types +
           "): what its rounding lost does not come back");
  ThreadPool pool(threads);
  {
    ProgressBar bar("quantize");
    const auto show = [&bar](std::int64_t done, std::int64_t total) { bar.show(done, total); };
    BYEOL_TRY_OK(formats::write_quantized(plan, options.output, pool, show));
  }
  print_result(plan, options);
  return ok();
}

}  // namespace

int run_quantize(int argc, char** argv) {
  CLI::App app{"Write a model with fewer bits a weight.", "byeol quantize"};
  app.footer(
      "Example: byeol quantize model-f16.gguf model-Q4_K_M.gguf --type Q4_K_M\n"
      "Types: " +
      formats::known_quantizations() +
      "\nThose that end in _S and _M are mixes of types, as llama.cpp lays them out; Q4_K and "
      "Q5_K\n"
      "alone are of one type but for the output head. Best from floats: rounding adds up.");
  QuantizeOptions options;
  app.add_option("IN", options.input, "A GGUF file, or the name of a model that is here")
      ->required();
  app.add_option("OUT", options.output, "The file to write")->required();
  app.add_option("--type", options.type, "What to quantize to, see below")->required();
  const ThreadsOption threads(app);
  app.add_flag("--json", options.json, "One JSON object on standard output and nothing else");
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = convert(options, threads.count());
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
