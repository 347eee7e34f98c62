#include "wire/literal_call.h"

#include "wire/literal_reader.h"

namespace byeol::wire {
namespace {

// NAME OPEN KEY SEPARATOR VALUE, … CLOSE
std::optional<LiteralCall> read_call(LiteralReader& reader, std::string_view open,
                                     std::string_view separator, std::string_view close) {
  const std::string_view name = reader.name();
  if (name.empty() || !reader.take(open)) return std::nullopt;
  std::optional<Json> arguments = reader.pairs(separator, close, 0);
  if (!arguments) return std::nullopt;
  return LiteralCall{std::string(name), *std::move(arguments)};
}

}  // namespace

std::optional<std::vector<LiteralCall>> parse_python_calls(std::string_view text) {
  LiteralReader reader(text);
  const bool listed = reader.take("[");
  std::vector<LiteralCall> calls;
  do {
    std::optional<LiteralCall> call = read_call(reader, "(", "=", ")");
    if (!call) return std::nullopt;
    calls.push_back(*std::move(call));
    if (!reader.take(",")) reader.take(";");
  } while (!reader.at_end() && !(listed && reader.take("]")));
  if (!reader.at_end()) return std::nullopt;
  return calls;
}

std::optional<LiteralCall> parse_gemma_call(std::string_view text) {
  LiteralReader reader(text);
  if (!reader.take("call:")) return std::nullopt;
  std::optional<LiteralCall> call = read_call(reader, "{", ":", "}");
  if (!call || !reader.at_end()) return std::nullopt;
  return call;
}

}  // namespace byeol::wire
