// --config FILE: the options of a verb from a TOML file, under the names of the command line. What
// the command line says wins.
//
//   app.set_config("--config", "", "…");
//   app.config_formatter(std::make_shared<TomlConfig>());
#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <string>
#include <vector>

namespace byeol::cli {

class TomlConfig : public CLI::Config {
 public:
  // Not offered: it would write a file.
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }
  // Throws CLI::ParseError, as CLI11 wants it: broken TOML, with line and column, or a table.
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
};

}  // namespace byeol::cli
