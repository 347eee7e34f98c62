#include "cli/generation_options.h"

#include <cstdio>
#include <filesystem>
#include <random>

#include "cli/text_input.h"

namespace byeol::cli {

GenerationOptions::GenerationOptions(CLI::App& app) : model_(app), kv_(app), threads_(app) {
  sampling_.temperature = 0.6f;
  std::random_device device;
  sampling_.seed = device();
  app.add_option("--system", system_, "What the model is told before the conversation")
      ->type_name("TEXT");
  app.add_option("-n,--max-tokens", max_tokens_,
                 "At most so many tokens; 0: until the context is full")
      ->check(CLI::Range(0, 1 << 30));
  app.add_option("--temperature", sampling_.temperature, "0: always the most probable token")
      ->capture_default_str();
  app.add_option("--top-k", sampling_.top_k, "Choose among the K most probable; 0: all")
      ->capture_default_str();
  app.add_option("--top-p", sampling_.top_p, "... among the fewest with this probability together")
      ->capture_default_str();
  app.add_option("--min-p", sampling_.min_p, "... among those this probable relative to the best")
      ->capture_default_str();
  app.add_option("--repetition-penalty", sampling_.repetition_penalty, "Above 1: repeat less")
      ->capture_default_str();
  app.add_option("--seed", sampling_.seed, "The same seed, the same answer. Default: by chance")
      ->type_name("NUMBER")
      ->check([](const std::string& text) {
        return text.starts_with('-') ? "wants 0 or more, not " + text : std::string();
      });
  app.add_option("--stop", stop_, "End the answer before this text (may be given several times)")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  app.add_flag(
      "--no-speculation", no_speculation_,
      "Compute one token at a time: the same answer, slower where it repeats what is there");
  app.add_option("--context", context_,
                 "Tokens of prompt and answers together, at most what the model was made for. "
                 "Default: that, at most 8192")
      ->check(CLI::Range(64, 1 << 24));
}

Result<std::unique_ptr<runtime::Runtime>> GenerationOptions::load() {
  BYEOL_TRY_OK(engine::check(sampling_));
  BYEOL_TRY_OK(check_utf8("--system", system_));
  for (const std::string& text : stop_) BYEOL_TRY_OK(check_utf8("--stop", text));
  BYEOL_TRY(const std::string path, model_.path());
  model_name_ = std::filesystem::path(path).stem().string();
  runtime::RuntimeOptions options;
  options.threads = threads_.asked();
  options.context_tokens = context_;
  options.engine.kv_type = kv_.type();
  return runtime::Runtime::load(path, options);
}

runtime::Turn GenerationOptions::turn(runtime::Conversation::Form form) const {
  const bool converses = form == runtime::Conversation::Form::kTemplate;
  runtime::Turn turn;
  turn.max_tokens = max_tokens_ >= 0 ? max_tokens_ : converses ? 1024 : 128;
  turn.sampling = sampling_;
  turn.stop = stop_;
  turn.speculation = no_speculation_ ? runtime::Speculation::kNone : runtime::Speculation::kLookup;
  return turn;
}

std::string describe(const runtime::TurnTimings& timings) {
  char drafts[80] = "";
  if (timings.drafted_tokens > 0)
    std::snprintf(drafts, sizeof drafts, ", %d of %d drafted ones accepted",
                  timings.accepted_tokens, timings.drafted_tokens);
  char text[280];
  std::snprintf(text, sizeof text,
                "%.2f s to the first token, %.1f tokens/s, %d tokens%s; prompt: %d tokens, %d of "
                "them reused",
                timings.first_token_s, timings.decode_tokens_per_s(), timings.generated_tokens,
                drafts, timings.prompt_tokens, timings.reused_tokens);
  return text;
}

}  // namespace byeol::cli
