#include "cli/load_options.h"

#include <cmath>
#include <optional>

namespace byeol::cli {
namespace {

constexpr std::int32_t kWordsMax = 1 << 20;
constexpr double kMsMax = 1e9;

// An option whose absence means something.
void add_ms(CLI::App& app, const char* name, std::optional<double>& ms, const char* text) {
  app.add_option(name, ms, text)->check(CLI::Range(0.0, kMsMax))->type_name("MS");
}

}  // namespace

LoadOptions::LoadOptions(CLI::App& app) {
  load.deadline = {.first_ms = 500, .gap_ms = 120};
  add_target(app);
  add_load(app);
  add_promise(app);
  add_scenarios(app);
  app.add_option("--json", json_path,
                 "Write everything measured as one JSON object; -: to standard output")
      ->type_name("FILE");
  app.add_option("--report", report_path, "Write a page with plots")
      ->type_name("FILE.html")
      ->excludes("--long-prompt")
      ->excludes("--warm-prefix")
      ->excludes("--stub");
}

void LoadOptions::add_target(CLI::App& app) {
  app.add_option("--url", target.url, "The server, with or without /v1")->capture_default_str();
  app.add_option("-m,--model", target.model, "The name that requests carry")->capture_default_str();
  app.add_option("--api-key", target.api_key, "Sent as Authorization: Bearer KEY")
      ->type_name("KEY");
  app.add_option("--endpoint", endpoint_, "chat or completions")
      ->check(CLI::IsMember({"chat", "completions"}))
      ->capture_default_str();
  app.add_option("--timeout", timeout_s_, "Give up on an answer after so many seconds")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
}

void LoadOptions::add_load(CLI::App& app) {
  const auto words = CLI::Range(0, kWordsMax);
  app.add_option("-r,--rates,--rate", rates,
                 "Requests a second [1; of --stub 50]; several are run in turn: 1,2,4")
      ->delimiter(',')
      ->check(CLI::Range(0.001, 1e5))
      ->type_name("RATE,...");
  app.add_option("-n,--requests", load.requests, "Of each rate")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--duration", load.duration_s, "As many as arrive in so many seconds, instead")
      ->check(CLI::Range(0.001, 1e6))
      ->excludes("--requests");
  app.add_option(
         "--trace", trace_path,
         "Arrivals from a file, one {\"at_ms\": ...} a line, or a request log of byeol serve "
         "(- is standard input)")
      ->type_name("FILE")
      ->excludes("--rates")
      ->excludes("--requests")
      ->excludes("--duration");
  app.add_option("--speed-up", speed_up, "Run the trace so many times faster")
      ->check(CLI::Range(1e-3, 1e6))
      ->needs("--trace");
  app.add_option("--seed", load.seed, "Of arrivals and prompts")->capture_default_str();
  app.add_option("--shared", shared_words,
                 "Words of the system prompt that all share (about tokens)")
      ->check(words)
      ->capture_default_str();
  app.add_option("--own", load.own_words, "Words of each request's own part")
      ->check(words)
      ->capture_default_str();
  app.add_option("--max-tokens", load.max_tokens, "Of each answer")
      ->check(CLI::Range(1, kWordsMax))
      ->capture_default_str();
  app.add_option("--temperature", target.temperature)
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  app.add_flag("--ignore-eos", target.ignore_eos,
               "Ask for exactly --max-tokens (a field that most local servers know)");
  app.add_option("--retry", retries, "Send a refused request again when the server says, so often")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  app.add_option("--warm-up", warm_up, "Unmeasured requests before the load, all at once")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
}

void LoadOptions::add_promise(CLI::App& app) {
  add_ms(app, "--first-ms", load.deadline.first_ms,
         "Good: first token by then, from the planned arrival [500]");
  add_ms(app, "--gap-ms", load.deadline.gap_ms, "Good: mean time from token to token [120]");
  add_ms(app, "--total-ms", load.deadline.total_ms, "Good: the whole answer by then");
  auto* send = app.add_flag("--send-deadline", target.send_deadline,
                            "Put these three into the request as its `deadline`");
  app.add_option("--on-miss", load.deadline.on_miss,
                 "What the server does about a missed one: degrade, finish or abort")
      ->check(CLI::IsMember({"degrade", "finish", "abort"}))
      ->needs(send);
}

void LoadOptions::add_scenarios(CLI::App& app) {
  const auto count = CLI::Range(1, 1000);
  auto* long_prompt =
      app.add_option("--long-prompt", long_prompt_words,
                     "Instead: what a prompt of so many words does to streams that run")
          ->check(CLI::Range(1, kWordsMax));
  app.add_option("--streams", streams, "So many run")->check(count)->needs(long_prompt);
  app.add_option("--stream-tokens", stream_tokens, "At most so many tokens of each")
      ->check(CLI::Range(1, kWordsMax))
      ->needs(long_prompt);
  auto* warm_prefix =
      app.add_option("--warm-prefix", warm_prefix_words,
                     "Instead: first token of a prefix of so many words, computed and cached")
          ->check(CLI::Range(1, kWordsMax))
          ->excludes(long_prompt);
  app.add_option("--repeat", repeat, "Rounds of --long-prompt [3] or pairs of --warm-prefix [7]")
      ->check(count);
  app.add_flag("--stub", stub,
               "Instead: how far our own times are off, against a server in this program")
      ->excludes(long_prompt)
      ->excludes(warm_prefix)
      ->excludes("--trace")
      ->excludes("--url");
}

Status LoadOptions::finish() {
  target.endpoint =
      endpoint_ == "chat" ? bench::LoadEndpoint::kChat : bench::LoadEndpoint::kCompletions;
  target.timeout = std::chrono::milliseconds(std::llround(timeout_s_ * 1000));
  const bool scenario = long_prompt_words > 0 || warm_prefix_words > 0;
  if (repeat > 0 && !scenario)
    return Error{ErrorCode::kInvalidArgument,
                 "--repeat is for --long-prompt and --warm-prefix; a load has --requests"};
  if (rates.empty()) rates = {stub ? 50.0 : 1.0};
  if (stub && rates.size() > 1) return Error{ErrorCode::kInvalidArgument, "--stub runs one rate"};
  return ok();
}

}  // namespace byeol::cli
