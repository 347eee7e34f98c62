// What every verb does with its command line: parse it with CLI11, and say what went wrong in one
// sentence.
//
//   int run_pull(int argc, char** argv) {
//     CLI::App app{"Bring a model", "byeol pull"};
//     app.footer("Example: byeol pull smollm2-135m");
//     ... app.add_option(...)
//     if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
//     ...
//     if (!done) return report(app, done.error());
//     return 0;
//   }
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "base/result.h"

namespace byeol::cli {

// Empty: go on. Otherwise the verb is over with this exit code: help was asked for and printed (0),
// or the line was wrong and a sentence says how (2).
std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv);

// One line on standard output. Bytes that are not UTF-8 (of a file's name, say) are replaced.
void print_json(const nlohmann::ordered_json& json);

// Says on standard error why the work failed; gives the exit code 1 (2 where the arguments made no
// sense, kInvalidArgument).
int report(const CLI::App& app, const Error& error);

}  // namespace byeol::cli
