// byeol VERB ...: finds the verb and hands over. `byeol help` lists the verbs.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "cli/verbs.h"

namespace byeol::cli {
namespace {

const Verb* find_verb(std::string_view name) {
  const auto* verb = std::ranges::find(kVerbs, name, &Verb::name);
  return verb == std::end(kVerbs) ? nullptr : verb;
}

// Edits (insert, delete, replace) from one word to the other.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

int unknown_verb(std::string_view name) {
  const auto distance = [name](const Verb& verb) { return edits(name, verb.name); };
  const Verb* nearest = std::ranges::min_element(kVerbs, {}, distance);
  std::string guess;
  if (distance(*nearest) <= 2) guess = std::string("did you mean '") + nearest->name + "'? ";
  std::fprintf(stderr, "byeol: no verb '%.*s'; %s`byeol help` lists them\n",
               static_cast<int>(name.size()), name.data(), guess.c_str());
  return 2;
}

int help() {
  std::puts("Usage: byeol VERB [...]    byeol VERB --help tells more, with an example\n");
  for (const Verb& verb : kVerbs) std::printf("  %-12s %s\n", verb.name, verb.summary);
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view name = argc < 2 ? "help" : argv[1];
  if (name == "--version" || name == "version") {
    std::puts("byeol " BYEOL_VERSION);
    return 0;
  }
  if (name == "help" || name == "--help" || name == "-h") {
    if (argc < 3) return help();
    const Verb* verb = find_verb(argv[2]);
    if (!verb) return unknown_verb(argv[2]);
    char flag[] = "--help";
    char* arguments[] = {argv[2], flag, nullptr};
    return verb->run(2, arguments);
  }
  const Verb* verb = find_verb(name);
  return verb ? verb->run(argc - 1, argv + 1) : unknown_verb(name);
}

}  // namespace
}  // namespace byeol::cli

int main(int argc, char** argv) {
  const int code = byeol::cli::run(argc, argv);
  // A full disk or a closed pipe must not look like an empty answer.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fputs("byeol: standard output could not be written\n", stderr);
  return code == 0 ? 1 : code;
}
