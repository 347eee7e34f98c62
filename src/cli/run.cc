// byeol run [PROMPT ...] [--model M] [--max-tokens N] [--temperature T] [--seed N] [--system TEXT]
//           [--schema FILE | --regex TEXT | --choice TEXT ... | --grammar FILE]
//           [--raw] [--json] [--stats] [--no-speculation]
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/answer_printer.h"
#include "cli/command_line.h"
#include "cli/constraint_option.h"
#include "cli/generation_options.h"
#include "cli/text_input.h"
#include "cli/verbs.h"
#include "runtime/conversation.h"
#include "runtime/turn_stream.h"

namespace byeol::cli {
namespace {

using runtime::Conversation;

struct RunOptions {
  std::vector<std::string> prompt;
  bool raw = false;
  bool json = false;
  bool stats = false;
};

// The words of the command line, or else standard input without its last line break.
Result<std::string> read_prompt(const RunOptions& options) {
  std::string prompt;
  for (const std::string& word : options.prompt) {
    if (!prompt.empty()) prompt += ' ';
    prompt += word;
  }
  if (options.prompt.empty()) {
    if (isatty(STDIN_FILENO) != 0)
      return Error{ErrorCode::kInvalidArgument,
                   "no prompt given; try: byeol run \"Why is the sky blue?\""};
    prompt.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (prompt.ends_with('\n')) prompt.pop_back();
  }
  if (prompt.empty()) return Error{ErrorCode::kInvalidArgument, "the prompt is empty"};
  BYEOL_TRY_OK(check_utf8("the prompt", prompt));
  return prompt;
}

struct Answer {
  std::string text;
  std::vector<model::TokenId> tokens;
  runtime::TurnEnd end;
};

// Waits for the whole answer; prints it on the way where `streams`.
Answer hear(runtime::TurnStream& stream, bool streams) {
  Answer answer{};
  AnswerPrinter printer;
  for (bool over = false; !over;) {
    const auto item = stream.next(std::chrono::hours(1));
    if (!item) continue;
    over = item->end.has_value();
    answer.text += item->text;
    if (streams) printer.print(item->text);
    if (over)
      answer.end = *item->end;
    else
      answer.tokens.push_back(item->token);
  }
  if (streams) printer.finish();
  return answer;
}

void print_json(const Answer& answer, const GenerationOptions& generation) {
  const runtime::TurnTimings& timings = answer.end.timings;
  const nlohmann::ordered_json json = {{"text", answer.text},
                                       {"tokens", answer.tokens},
                                       {"finish_reason", name_of(answer.end.reason)},
                                       {"model", generation.model_name()},
                                       {"seed", generation.seed()},
                                       {"prompt_tokens", timings.prompt_tokens},
                                       {"generated_tokens", timings.generated_tokens},
                                       {"drafted_tokens", timings.drafted_tokens},
                                       {"accepted_tokens", timings.accepted_tokens},
                                       {"first_token_s", timings.first_token_s},
                                       {"prefill_tokens_per_s", timings.prefill_tokens_per_s()},
                                       {"decode_tokens_per_s", timings.decode_tokens_per_s()}};
  // A file's name may be any bytes.
  cli::print_json(json);
}

Status run(const RunOptions& options, GenerationOptions& generation,
           const ConstraintOption& constraint) {
  BYEOL_TRY(std::string prompt, read_prompt(options));
  BYEOL_TRY(const auto runtime, generation.load());
  BYEOL_TRY(Conversation conversation,
            Conversation::create(runtime->model(), options.raw ? Conversation::Form::kPlainText
                                                               : Conversation::Form::kTemplate));
  conversation.set_system(generation.system());
  conversation.add_user(std::move(prompt));
  runtime::Turn turn = generation.turn(conversation.form());
  BYEOL_TRY(auto made, conversation.prompt(runtime->context_tokens(), 1, std::time(nullptr)));
  turn.prompt = std::move(made.tokens);
  BYEOL_TRY(turn.constraint, constraint.matcher(runtime->model().tokenizer()));
  const auto stream = std::make_shared<runtime::TurnStream>();
  BYEOL_TRY_OK(runtime->submit(std::move(turn), stream));
  const Answer answer = hear(*stream, !options.json);
  if (answer.end.reason == runtime::FinishReason::kError)
    return Error{ErrorCode::kCorrupt, answer.end.error};
  if (options.json) print_json(answer, generation);
  if (options.stats)
    std::fprintf(stderr, "%s; seed %llu\n", describe(answer.end.timings).c_str(),
                 static_cast<unsigned long long>(generation.seed()));
  return ok();
}

}  // namespace

int run_run(int argc, char** argv) {
  CLI::App app{"Answer one prompt.", "byeol run"};
  app.footer(
      "Examples: byeol run \"Why is the sky blue?\"\n"
      "          byeol run --temperature 0 --json < question.txt\n"
      "          byeol run --schema command.json \"It is too warm in the kitchen.\"\n"
      "The prompt is a message in the model's own chat template; with --raw, and for a base "
      "model,\n"
      "which has none, it is a text that the model continues (128 tokens unless --max-tokens says\n"
      "otherwise). The answer goes to standard output and nothing else does.");
  RunOptions options;
  app.add_option("PROMPT", options.prompt, "The prompt; without it, standard input");
  app.add_flag("--raw", options.raw, "No chat template: continue the text");
  app.add_flag("--json", options.json, "One JSON object: text, tokens, finish_reason, timings");
  app.add_flag("--stats", options.stats, "Say at the end, on standard error, how fast it was");
  GenerationOptions generation(app);
  const ConstraintOption constraint(app);
  if (const auto exit_code = parse_command_line(app, argc, argv)) return *exit_code;
  const Status done = run(options, generation, constraint);
  return done ? 0 : report(app, done.error());
}

}  // namespace byeol::cli
