#include "cli/chat_commands.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>

#include "formats/printable.h"

namespace byeol::cli {
namespace {

using Kind = ChatInput::Kind;

struct Command {
  std::string_view name;
  Kind kind;
  const char* argument;
  const char* help;
};

constexpr Command kCommands[] = {
    {"help", Kind::kHelp, "", "this list"},
    {"stats", Kind::kStats, "[on|off]", "how fast the last answer was; on: say so after each"},
    {"system", Kind::kSystem, "[TEXT|off]", "show or change what the model is told beforehand"},
    {"set", Kind::kSet, "[NAME VALUE]", "show or change how tokens are chosen"},
    {"retry", Kind::kRetry, "", "another answer to the same message"},
    {"undo", Kind::kUndo, "", "take the last message and its answer back"},
    {"reset", Kind::kReset, "", "forget the conversation; the system prompt stays"},
    {"exit", Kind::kExit, "", "end (so does Ctrl-D)"},
    {"quit", Kind::kExit, nullptr, nullptr},  // What fingers try; not in the list.
};

constexpr std::string_view kBlanks = " \t\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

Error unknown_command(std::string_view name) {
  const auto* near = std::ranges::find_if(kCommands, [name](const Command& command) {
    return command.help && command.name.starts_with(name.substr(0, 2));
  });
  std::string guess;
  if (near != std::end(kCommands)) guess = "; did you mean /" + std::string(near->name) + "?";
  return {ErrorCode::kInvalidArgument,
          "no command /" + formats::printable(name, 40) + (guess.empty() ? ";" : guess) +
              " /help lists them (a message that begins with a slash: type two)"};
}

template <typename T>
bool read_number(std::string_view text, T& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size();
}

// The settings by name; visit(name, value) stops at the first true.
template <typename Visit>
bool visit_settings(runtime::Turn& turn, Visit visit) {
  engine::SamplingOptions& sampling = turn.sampling;
  return visit("temperature", sampling.temperature) || visit("top-k", sampling.top_k) ||
         visit("top-p", sampling.top_p) || visit("min-p", sampling.min_p) ||
         visit("repetition-penalty", sampling.repetition_penalty) || visit("seed", sampling.seed) ||
         visit("max-tokens", turn.max_tokens);
}

std::string shown(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  return text;
}
std::string shown(std::integral auto value) {
  return std::to_string(value);
}

}  // namespace

Result<ChatInput> read_chat_input(std::string_view text) {
  const auto message = [](std::string_view words) {
    return ChatInput{Kind::kMessage, std::string(words)};
  };
  if (!text.starts_with('/')) return message(text);
  if (text.starts_with("//")) return message(text.substr(1));
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view name = text.substr(1, end - 1);
  const bool letters =
      !name.empty() && std::ranges::all_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letters) return message(text);
  const auto* command = std::ranges::find(kCommands, name, &Command::name);
  if (command == std::end(kCommands)) return unknown_command(name);
  return ChatInput{command->kind, std::string(trimmed(text.substr(end)))};
}

std::string chat_help() {
  std::string help;
  for (const Command& command : kCommands) {
    if (!command.help) continue;
    char line[120];
    const std::string usage = "/" + std::string(command.name) + " " + command.argument;
    std::snprintf(line, sizeof line, "  %-20s %s\n", usage.c_str(), command.help);
    help += line;
  }
  return help +
         "  Ctrl-C stops an answer. Alt-Enter or a backslash before Enter begins a new line;\n"
         "  pasted lines are one message. A message that begins with a slash: type two.\n";
}

Status change_setting(runtime::Turn& turn, std::string_view name_and_value) {
  const std::size_t end = std::min(name_and_value.find_first_of(kBlanks), name_and_value.size());
  const std::string_view wanted = name_and_value.substr(0, end);
  const std::string_view value = trimmed(name_and_value.substr(end));
  runtime::Turn changed = turn;
  bool is_number = false;
  const bool known = visit_settings(changed, [&](std::string_view name, auto& setting) {
    if (name != wanted) return false;
    is_number = read_number(value, setting);
    return true;
  });
  if (!known)
    return Error{ErrorCode::kInvalidArgument, "no setting '" + formats::printable(wanted, 40) +
                                                  "'; these are: " + describe_settings(turn)};
  if (!is_number)
    return Error{ErrorCode::kInvalidArgument, std::string(wanted) + " wants a number, not '" +
                                                  formats::printable(value, 40) + "'"};
  if (changed.max_tokens < 0)
    return Error{ErrorCode::kInvalidArgument, "max-tokens is " + shown(changed.max_tokens) +
                                                  "; expected 0 (until the context is full) or "
                                                  "more"};
  BYEOL_TRY_OK(engine::check(changed.sampling));
  turn = std::move(changed);
  return ok();
}

std::string describe_settings(const runtime::Turn& turn) {
  runtime::Turn copy = turn;
  std::string all;
  visit_settings(copy, [&all](const char* name, const auto& value) {
    all.append(all.empty() ? "" : ", ").append(name).append(" ").append(shown(value));
    return false;
  });
  return all;
}

}  // namespace byeol::cli
