// Tokenizes texts with llama.cpp, for make_tokenizer_golden.py, which builds and runs it.
// Input: for each text its length in decimal, a newline and its bytes. Output: a line of ids for
// each. No BOS or EOS; special tokens are parsed.
//
// Usage: llama_tokenize MODEL.gguf < TEXTS
#include <cstdio>
#include <string>
#include <vector>

#include "llama.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
  llama_backend_init();
  llama_model_params params = llama_model_default_params();
  params.vocab_only = true;
  llama_model* model = llama_model_load_from_file(argv[1], params);
  if (!model) return 1;
  const llama_vocab* vocab = llama_model_get_vocab(model);
  unsigned long size = 0;
  while (std::scanf("%lu", &size) == 1 && std::getchar() == '\n') {
    std::string text(size, '\0');
    if (std::fread(text.data(), 1, size, stdin) != size) return 1;
    std::vector<llama_token> ids(size + 16);
    const int count =
        llama_tokenize(vocab, text.data(), static_cast<int>(size), ids.data(),
                       static_cast<int>(ids.size()), /*add_special=*/false, /*parse_special=*/true);
    if (count < 0) return 1;
    for (int i = 0; i < count; ++i) std::printf("%s%d", i ? " " : "", ids[i]);
    std::printf("\n");
  }
  llama_model_free(model);
}
