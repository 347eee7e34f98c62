// byeol load [--url U] [--model M] [--rates 1,2,4] [--requests N] [--report FILE.html] ...
// byeol load --trace FILE ..., --long-prompt N ..., --warm-prefix N ... and --stub
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/load/goodput.h"
#include "bench/load/html_report.h"
#include "bench/load/load_json.h"
#include "bench/load/load_text.h"
#include "bench/load/open_loop.h"
#include "bench/load/prompts.h"
#include "bench/load/run.h"
#include "cli/command_line.h"
#include "cli/load_options.h"
#include "cli/load_output.h"
#include "cli/load_scenarios.h"
#include "cli/read_input.h"
#include "cli/verbs.h"

namespace byeol::cli {
namespace {

// A connection is a file; a thousand of them are more than the usual limit.
void allow_many_connections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

struct Planned {
  std::string name;
  double rate = 0;
  std::vector<bench::LoadRequest> requests;
};

Result<std::vector<Planned>> plan_runs(const LoadOptions& options) {
  bench::PoissonLoad load = options.load;
  if (options.shared_words > 0)
    load.system = bench::make_system_prompt(load.seed, options.shared_words);
  std::vector<Planned> runs;
  if (!options.trace_path.empty()) {
    BYEOL_TRY(const std::string text, read_input(options.trace_path));
    BYEOL_TRY(auto plan, bench::plan_trace(text, load, options.speed_up));
    runs.push_back({"trace", 0, std::move(plan)});
    return runs;
  }
  for (const double rate : options.rates) {
    load.rate = rate;
    runs.push_back({rate_name(rate), rate, bench::plan_poisson(load)});
    if (runs.back().requests.empty())
      return Error{ErrorCode::kInvalidArgument,
                   "no request arrives in " + std::to_string(load.duration_s) +
                       " s; let --duration be longer or --rates higher"};
    load.first_number += static_cast<std::int64_t>(runs.back().requests.size());
  }
  return runs;
}

std::string prompts_text(const LoadOptions& options) {
  return std::to_string(options.shared_words) + " shared and " +
         std::to_string(options.load.own_words) + " own words, " +
         std::to_string(options.load.max_tokens) + " tokens back";
}

// All at once, so that a server that serves so many side by side is warm everywhere.
Status warm_up(net::HttpClient& client, const LoadOptions& options, const Planned& planned) {
  std::vector<bench::LoadRequest> plan;
  for (std::int32_t i = 0; i < options.warm_up; ++i)
    plan.push_back(
        {.system = planned.requests.front().system,
         .prompt = bench::make_question(options.load.seed, -1 - i, options.load.own_words),
         .max_tokens = options.load.max_tokens});
  for (const bench::LoadRecord& record :
       bench::run_open_loop(client, options.target, plan, {.id_prefix = "warm-up-"}))
    if (bench::judge(record, {}) == bench::Outcome::kFailed)
      return Error{ErrorCode::kIo, "a request before the load failed: " + record.error};
  return ok();
}

Status run_load_against(net::HttpClient& client, const LoadOptions& options) {
  BYEOL_TRY(std::vector<Planned> plans, plan_runs(options));
  BYEOL_TRY_OK(bench::check_reachable(client, options.target));
  BYEOL_TRY_OK(warm_up(client, options, plans.front()));
  bench::LoadReport report = {.target = options.target,
                              .promise = options.load.deadline,
                              .prompts = prompts_text(options),
                              .runs = {}};
  std::size_t answered = 0;
  for (const Planned& planned : plans) {
    ProgressLine line;
    bench::LoadRun run = {.name = planned.name, .rate = planned.rate};
    run.records = bench::run_open_loop(client, options.target, planned.requests,
                                       loop_options(options, planned.name, line));
    run.summary = bench::summarize(run.records, report.promise);
    answered += run.summary.counts.requests - run.summary.counts.failed;
    report.runs.push_back(std::move(run));
  }
  BYEOL_TRY_OK(put_out(options, bench::load_json(report), bench::load_text(report)));
  if (!options.report_path.empty())
    BYEOL_TRY_OK(write_file(options.report_path, bench::html_report(report)));
  if (answered == 0)
    return Error{ErrorCode::kIo,
                 "every request failed: " + report.runs.front().summary.first_error};
  return ok();
}

Status measure(LoadOptions& options) {
  BYEOL_TRY_OK(options.finish());
  allow_many_connections();
  if (options.stub) return run_stub(options);
  BYEOL_TRY(const std::unique_ptr<net::HttpClient> client, net::HttpClient::start());
  if (options.long_prompt_words > 0) return run_long_prompt(*client, options);
  if (options.warm_prefix_words > 0) return run_warm_prefix(*client, options);
  return run_load_against(*client, options);
}

}  // namespace

int run_load(int argc, char** argv) {
  CLI::App app{
      "Send requests to any OpenAI-compatible server, whether or not it keeps up, and "
      "measure what their readers see.",
      "byeol load"};
  app.footer(
      "Examples: byeol load --rates 1,2,4,8 --report load.html\n"
      "          byeol load --url http://10.0.0.7:8000 --model llama --rate 4 --duration 60\n"
      "          byeol load --trace day.ndjson --speed-up 10 --json -\n"
      "          byeol load --long-prompt 2000 --ignore-eos    its effect on running streams\n"
      "          byeol load --warm-prefix 1000                 what a cached prefix is worth\n"
      "          byeol load --stub --rate 50                   how exact these figures are\n"
      "          ./byeol load --against llama.cpp              side by side (--against --help)\n"
      "Arrivals are random (Poisson) and never wait for answers. Good is an answer that is "
      "complete\n"
      "and keeps --first-ms, --gap-ms and --total-ms, from its planned arrival. A line of a "
      "trace:\n"
      "{\"at_ms\": 1500, \"prompt_tokens\": 200, \"max_tokens\": 64, \"class\": \"voice\",\n"
      " \"deadline\": {\"first_ms\": 300, \"gap_ms\": 80}}; all but at_ms may be left out, and\n"
      "\"prompt\" may hold the text itself.");
  LoadOptions options(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = measure(options);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
