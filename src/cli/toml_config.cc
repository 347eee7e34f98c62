#include "cli/toml_config.h"

#include <toml++/toml.h>

#include <iterator>
#include <sstream>

namespace byeol::cli {
namespace {

std::string text_of(const toml::node& node, const std::string& name) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) {
    std::ostringstream text;
    text << number->get();
    return text.str();
  }
  throw CLI::ConversionError("the option '" + name +
                             "' of the configuration file is neither a text, a number, true or "
                             "false, nor a list of these");
}

}  // namespace

std::vector<CLI::ConfigItem> TomlConfig::from_config(std::istream& input) const {
  const std::string text(std::istreambuf_iterator<char>(input), {});
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    throw CLI::FileError("the configuration file, line " + std::to_string(begin.line) +
                             ", column " + std::to_string(begin.column) + ": " +
                             std::string(error.description()),
                         CLI::ExitCodes::FileError);
  }
  std::vector<CLI::ConfigItem> options;
  for (const auto& [key, node] : table) {
    CLI::ConfigItem item;
    item.name = std::string(key.str());
    if (const auto* list = node.as_array()) {
      for (const toml::node& element : *list) item.inputs.push_back(text_of(element, item.name));
    } else {
      item.inputs.push_back(text_of(node, item.name));
    }
    options.push_back(std::move(item));
  }
  return options;
}

}  // namespace byeol::cli
