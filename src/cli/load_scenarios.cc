#include "cli/load_scenarios.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/load/accuracy.h"
#include "bench/load/load_json.h"
#include "bench/load/load_text.h"
#include "bench/load/long_prompt.h"
#include "bench/load/warm_prefix.h"
#include "cli/load_output.h"

namespace byeol::cli {

Status run_long_prompt(net::HttpClient& client, const LoadOptions& options) {
  BYEOL_TRY_OK(bench::check_reachable(client, options.target));
  const bench::LongPromptOptions what = {.words = options.long_prompt_words,
                                         .streams = options.streams,
                                         .stream_tokens = options.stream_tokens,
                                         .repeat = options.repeat > 0 ? options.repeat : 3,
                                         .seed = options.load.seed};
  bench::Sender sender(client, options.target);
  ProgressLine line;
  const auto rounds = static_cast<std::size_t>(what.repeat);
  BYEOL_TRY(const bench::LongPrompt measured,
            bench::measure_long_prompt(sender, what, [&](std::int32_t done) {
              line.show("rounds", static_cast<std::size_t>(done), rounds, "");
            }));
  line.clear();
  return put_out(options, bench::load_json(measured), bench::load_text(measured, what.streams));
}

Status run_warm_prefix(net::HttpClient& client, const LoadOptions& options) {
  BYEOL_TRY_OK(bench::check_reachable(client, options.target));
  const bench::WarmPrefixOptions what = {.prefix_words = options.warm_prefix_words,
                                         .repeat = options.repeat > 0 ? options.repeat : 7,
                                         .seed = options.load.seed};
  bench::Sender sender(client, options.target);
  ProgressLine line;
  const auto pairs = static_cast<std::size_t>(what.repeat);
  BYEOL_TRY(const bench::WarmPrefix measured,
            bench::measure_warm_prefix(sender, what, [&](std::int32_t done) {
              line.show("pairs", static_cast<std::size_t>(done), pairs, "");
            }));
  line.clear();
  return put_out(options, bench::load_json(measured), bench::load_text(measured));
}

Status run_stub(const LoadOptions& options) {
  const bench::AccuracyOptions what = {.rate = options.rates.front(),
                                       .requests = options.load.requests,
                                       .tokens = options.load.max_tokens,
                                       .seed = options.load.seed};
  ProgressLine line;
  BYEOL_TRY(const bench::Accuracy accuracy,
            bench::measure_accuracy(what, loop_options(options, rate_name(what.rate), line)));
  line.clear();
  std::string text = "our own error, ms, at " + rate_name(what.rate) + ", at most " +
                     std::to_string(accuracy.under_way_max) + " at once\n";
  const auto add = [&text](const char* name, const bench::Percentiles& of) {
    char row[128];
    std::snprintf(row, sizeof(row), "%-24s p50 %7.3f  p99 %7.3f  max %7.3f\n", name, of.p50, of.p99,
                  of.max);
    text += row;
  };
  add("sent late", accuracy.send_ms);
  add("first token seen late", accuracy.first_token_ms);
  add("gap off by", accuracy.gap_ms);
  return put_out(options,
                 {{"rate", what.rate},
                  {"requests", what.requests},
                  {"tokens", what.tokens},
                  {"under_way_max", accuracy.under_way_max},
                  {"send_ms", bench::load_json(accuracy.send_ms)},
                  {"first_token_ms", bench::load_json(accuracy.first_token_ms)},
                  {"gap_ms", bench::load_json(accuracy.gap_ms)}},
                 text);
}

}  // namespace byeol::cli
