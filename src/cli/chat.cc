// byeol chat [--model M] [--system TEXT] [--seed N] [--temperature T] [--max-tokens N] [--context
// N]
//            [--stats] [--no-history] [--no-speculation]
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "cli/chat_commands.h"
#include "cli/chat_session.h"
#include "cli/command_line.h"
#include "cli/editor/line_editor.h"
#include "cli/generation_options.h"
#include "cli/notice.h"
#include "cli/text_input.h"
#include "cli/verbs.h"
#include "formats/printable.h"

namespace byeol::cli {
namespace {

using runtime::Conversation;
using Kind = ChatInput::Kind;

struct ChatOptions {
  bool stats = false;
  bool no_history = false;
};

std::string history_path() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state)
    return std::string(state) + "/byeol/chat_history";
  const char* home = std::getenv("HOME");
  return home && *home ? std::string(home) + "/.local/state/byeol/chat_history" : std::string();
}

Status set_stats(ChatSession& session, const std::string& how) {
  if (how == "on" || how == "off")
    session.set_stats_always(how == "on");
  else if (!how.empty())
    return Error{ErrorCode::kInvalidArgument, "/stats wants on, off or nothing"};
  if (how != "off") session.show_stats();
  return ok();
}

void set_system(ChatSession& session, const std::string& text) {
  Conversation& conversation = session.conversation();
  if (!text.empty()) conversation.set_system(text == "off" ? std::string() : text);
  notice(conversation.system().empty() ? "no system prompt" : "system: " + conversation.system());
}

Status set_option(ChatSession& session, const std::string& text) {
  if (!text.empty()) BYEOL_TRY_OK(change_setting(session.turn(), text));
  notice(describe_settings(session.turn()));
  return ok();
}

// Everything but /exit.
Status obey(ChatSession& session, ChatInput input) {
  switch (input.kind) {
    case Kind::kMessage:
      return session.say(std::move(input.text));
    case Kind::kRetry:
      return session.retry();
    case Kind::kStats:
      return set_stats(session, input.text);
    case Kind::kSet:
      return set_option(session, input.text);
    case Kind::kSystem:
      set_system(session, input.text);
      break;
    case Kind::kHelp:
      notice(chat_help());
      break;
    case Kind::kUndo:
      notice(session.conversation().remove_last_exchange() ? "taken back" : "nothing to take back");
      break;
    case Kind::kReset:
      session.forget();
      notice("forgotten");
      break;
    case Kind::kExit:
      break;
  }
  return ok();
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

// Of a base model, Enter alone goes on with the text.
bool has_meaning(ChatSession& session, const std::string& text) {
  Conversation& conversation = session.conversation();
  return !is_blank(text) ||
         (conversation.form() == Conversation::Form::kPlainText && !conversation.empty());
}

int chat_on_terminal(ChatSession& session, LineEditor& editor) {
  for (std::string text; !session.must_end();) {
    switch (editor.read("> ", text)) {
      case LineEditor::Input::kEnd:
        return 0;
      case LineEditor::Input::kInterruptedEmpty:
        notice("(Ctrl-D or /exit ends)");
        continue;
      case LineEditor::Input::kInterrupted:
        continue;
      case LineEditor::Input::kText:
        break;
    }
    if (!has_meaning(session, text)) continue;
    Result<ChatInput> input = read_chat_input(is_blank(text) ? std::string() : text);
    if (input && input->kind == Kind::kExit) return 0;
    const Status done = input ? obey(session, *std::move(input)) : Status(input.error());
    if (!done) notice(done.error().message);
    notice("");  // Air between what was said and the next prompt.
  }
  return 0;
}

// Each line is a message. A line that is no command of ours is one, too, whatever it begins with.
int chat_on_pipe(ChatSession& session, const CLI::App& app) {
  int exit_code = 0;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (is_blank(line)) continue;
    Status done = check_utf8("the message", line);
    if (done) {
      Result<ChatInput> input = read_chat_input(line);
      if (!input) input = ChatInput{Kind::kMessage, line};
      if (input->kind == Kind::kExit) break;
      done = obey(session, *std::move(input));
    }
    if (!done) {
      report(app, done.error());
      exit_code = 1;
    }
  }
  return exit_code;
}

void say_hello(const std::string& model, const runtime::Runtime& runtime, bool base_model,
               bool terminal) {
  const std::string name = formats::printable(model);
  if (terminal)
    notice(name + " with " + std::to_string(runtime.threads()) +
           (runtime.threads() == 1 ? " thread. " : " threads. ") +
           "/help lists the commands, Ctrl-D ends.");
  if (base_model)
    notice(name + " is a base model: it was not taught to converse and has no chat template.\n" +
           "It continues your text" + (terminal ? "; Enter alone lets it go on." : "."));
}

// Where a person types and sees; null: at one end there is a pipe or a file.
std::FILE* find_screen() {
  if (isatty(STDIN_FILENO) == 0) return nullptr;
  return isatty(STDOUT_FILENO) == 1 ? stdout : isatty(STDERR_FILENO) == 1 ? stderr : nullptr;
}

Result<int> chat(const ChatOptions& options, GenerationOptions& generation, const CLI::App& app) {
  BYEOL_TRY(const auto runtime, generation.load());
  BYEOL_TRY(Conversation conversation,
            Conversation::create(runtime->model(), Conversation::Form::kTemplate));
  conversation.set_system(generation.system());
  const runtime::Turn turn = generation.turn(conversation.form());
  std::FILE* screen = find_screen();
  say_hello(generation.model_name(), *runtime,
            conversation.form() == Conversation::Form::kPlainText, screen != nullptr);
  if (!screen) {
    ChatSession session(*runtime, std::move(conversation), turn, nullptr);
    session.set_stats_always(options.stats);
    return chat_on_pipe(session, app);
  }
  Interrupts interrupts;  // Only now: while a model is brought, Ctrl-C ends the program.
  LineEditor editor(interrupts, History(options.no_history ? std::string() : history_path()),
                    screen);
  ChatSession session(*runtime, std::move(conversation), turn, &interrupts);
  session.set_stats_always(options.stats);
  return chat_on_terminal(session, editor);
}

}  // namespace

int run_chat(int argc, char** argv) {
  CLI::App app{"Talk with a model.", "byeol chat"};
  app.footer(
      "Examples: byeol chat --system \"Answer in one sentence.\"\n"
      "          byeol chat --seed 1 < questions.txt > answers.txt\n"
      "/help lists the commands. Ctrl-C stops an answer, Ctrl-D ends. Of a pipe, each line is a\n"
      "message, and nothing but the answers goes to standard output. What was typed is kept in\n"
      "${XDG_STATE_HOME:-~/.local/state}/byeol/chat_history.");
  ChatOptions options;
  app.add_flag("--stats", options.stats, "Say after each answer how fast it was");
  app.add_flag("--no-history", options.no_history, "Neither read nor keep what was typed");
  GenerationOptions generation(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Result<int> exit_code = chat(options, generation, app);
  return exit_code ? *exit_code : report(app, exit_code.error());
}

}  // namespace byeol::cli
