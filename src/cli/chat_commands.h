// What is typed into a chat: messages, and commands that begin with a slash. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/turn.h"

namespace byeol::cli {

struct ChatInput {
  enum class Kind { kMessage, kHelp, kStats, kSystem, kReset, kRetry, kUndo, kSet, kExit };
  Kind kind;
  std::string text;  // The message, or what follows the command.
};

// A command is one slash and lower-case letters, then a space, a line break or the end: paths
// ("/usr/bin") and comments are messages. A message that looks like one begins with two slashes, of
// which the first goes. kInvalidArgument: an unknown command, with the nearest one.
Result<ChatInput> read_chat_input(std::string_view text);

// One line for each command.
std::string chat_help();

// "temperature 0.2": changes the turn, or says in a sentence what was expected and changes nothing.
Status change_setting(runtime::Turn& turn, std::string_view name_and_value);
// "temperature 0.6, top-k 40, ...", as change_setting() takes them.
std::string describe_settings(const runtime::Turn& turn);

}  // namespace byeol::cli
