#include "cli/command_line.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

namespace byeol::cli {

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::puts(app.help().c_str());
    return 0;
  } catch (const CLI::ParseError& error) {
    std::string sentence = error.what();
    // CLI11 begins a new line for a list of what was not expected.
    for (char& letter : sentence)
      if (letter == '\n') letter = ' ';
    std::fprintf(stderr, "%s: %s (see %s --help)\n", app.get_name().c_str(), sentence.c_str(),
                 app.get_name().c_str());
    return 2;
  }
  return std::nullopt;
}

void print_json(const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

int report(const CLI::App& app, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.message.c_str());
  return error.code == ErrorCode::kInvalidArgument ? 2 : 1;
}

}  // namespace byeol::cli
