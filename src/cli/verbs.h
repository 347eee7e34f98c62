// The verbs of `byeol`, in the order in which help lists them. To add one: write src/cli/NAME.cc
// with its run_NAME, name the file in src/cli/CMakeLists.txt, and add the two lines here. Only
// verbs that work are listed. The script `byeol` reads the rows of the table for its help, too (one
// row is one line), so that help costs no build.
//
// A verb gets argv[0] = its own name. Exit codes: 0 done, 1 the work failed, 2 the command line was
// wrong; both failures come with one sentence on standard error (cli/command_line.h helps).
#pragma once

namespace byeol::cli {

struct Verb {
  const char* name;
  const char* summary;
  int (*run)(int argc, char** argv);
};

int run_run(int argc, char** argv);
int run_chat(int argc, char** argv);
int run_serve(int argc, char** argv);
int run_inspect(int argc, char** argv);
int run_pull(int argc, char** argv);
int run_tokenize(int argc, char** argv);
int run_perplexity(int argc, char** argv);
int run_logits(int argc, char** argv);
int run_bench(int argc, char** argv);
int run_load(int argc, char** argv);
int run_quantize(int argc, char** argv);
int run_synth(int argc, char** argv);

// clang-format off
inline constexpr Verb kVerbs[] = {
    {"run", "Answer one prompt and end; reads standard input where none is given", run_run},
    {"chat", "Talk with a model; or, of a pipe, answer each line", run_chat},
    {"serve", "Serve a model over OpenAI's API, every request with a deadline", run_serve},
    {"inspect", "Show what a model file holds, or what this machine is (inspect cpu)", run_inspect},
    {"pull", "Bring a model to this machine, from the catalogue, a hub or a URL", run_pull},
    {"tokenize", "Turn text into token ids", run_tokenize},
    {"perplexity", "Measure how well a model predicts a text", run_perplexity},
    {"logits", "Show what a model predicts at every position of a text", run_logits},
    {"bench", "Measure speed; with --against, side by side with rivals", run_bench},
    {"load", "Send requests to a server at a rate and measure what their readers see", run_load},
    {"quantize", "Write a model with fewer bits a weight", run_quantize},
    {"synth", "Write a model with random weights in a real shape, for measuring speed", run_synth},
};
// clang-format on

}  // namespace byeol::cli
