// Purpose: run llama.cpp over a fixed text (or a list of token ids) and write, as one JSON object,
//   what it predicts at every position. The result is a golden file: an implementation that is not
//   ours says what the right answer is.
// Procedure: that of llama-perplexity. The text is tokenized once (special tokens added, one
//   trailing newline dropped), cut into blocks of --block tokens, an incomplete last block is
//   dropped, every block starts with an empty cache and its first token is replaced by BOS where
//   the model adds one. The perplexity is over the predictions of the second half of each block.
// Precision: the KV cache is F32 and flash attention is off, so the only loss is the file's own.
// Build: see tools/golden/make_model_golden.py, which compiles and runs this.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "llama.h"

namespace {

struct Options {
  std::string model;
  std::string text;  // a file to tokenize
  std::string ids;   // or token ids, comma-separated, taken as they are
  int block = 512;   // 0: everything is one block
  int threads = 2;
  int top_count = 8;    // candidates written at a sampled position
  int top_every = 128;  // every so many positions the best candidates are written
  bool flash = false;
  ggml_type kv_type = GGML_TYPE_F32;
  std::vector<int> rows;  // positions whose whole row of logits is written
};

[[noreturn]] void fail(const std::string& message) {
  std::cerr << "llama_logits: " << message << "\n";
  std::exit(1);
}

std::vector<int> parse_numbers(const std::string& list) {
  std::vector<int> numbers;
  std::stringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');) {
    if (!item.empty()) numbers.push_back(std::stoi(item));
  }
  return numbers;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--flash") {
      options.flash = true;
      continue;
    }
    if (i + 1 == argc) fail("a value is missing after " + name);
    const std::string value = argv[++i];
    if (name == "--model")
      options.model = value;
    else if (name == "--text")
      options.text = value;
    else if (name == "--ids")
      options.ids = value;
    else if (name == "--block")
      options.block = std::stoi(value);
    else if (name == "--threads")
      options.threads = std::stoi(value);
    else if (name == "--rows")
      options.rows = parse_numbers(value);
    else if (name == "--top-every")
      options.top_every = std::stoi(value);
    else if (name == "--kv")
      options.kv_type = value == "f16" ? GGML_TYPE_F16 : GGML_TYPE_F32;
    else
      fail("unknown option " + name);
  }
  if (options.model.empty()) fail("--model FILE is required");
  if (options.text.empty() == options.ids.empty()) fail("give either --text FILE or --ids LIST");
  return options;
}

std::vector<llama_token> tokenize_file(const llama_vocab* vocab, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!text.empty() && text.back() == '\n') text.pop_back();
  std::vector<llama_token> tokens(text.size() + 8);
  const int count =
      llama_tokenize(vocab, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                     static_cast<int32_t>(tokens.size()), /*add_special=*/true,
                     /*parse_special=*/false);
  if (count < 0) fail("the text does not fit the token buffer");
  tokens.resize(static_cast<size_t>(count));
  return tokens;
}

double log_sum_exp(const float* row, int n_vocab) {
  const double best = *std::max_element(row, row + n_vocab);
  double sum = 0.0;
  for (int i = 0; i < n_vocab; ++i) sum += std::exp(static_cast<double>(row[i]) - best);
  return best + std::log(sum);
}

std::vector<int> best_tokens(const float* row, int n_vocab, int count) {
  std::vector<int> order(static_cast<size_t>(n_vocab));
  std::iota(order.begin(), order.end(), 0);
  count = std::min(count, n_vocab);
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [row](int a, int b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
  order.resize(static_cast<size_t>(count));
  return order;
}

std::string number(double value, const char* format) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string join(const std::vector<std::string>& items) {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i) out += i % 24 == 0 ? ",\n" : ",";
    out += items[i];
  }
  return "[" + out + "]";
}

// What the run collects, each entry already written as JSON.
struct Result {
  std::vector<std::string> top;
  std::vector<std::string> top_logprob;
  std::vector<std::string> next_logprob;
  std::vector<std::string> sampled;
  std::vector<std::string> rows;
  double nll = 0.0;
  int scored = 0;
};

class Runner {
 public:
  Runner(const Options& options, llama_context* context, const llama_vocab* vocab)
      : options_(options),
        context_(context),
        vocab_(vocab),
        n_vocab_(llama_vocab_n_tokens(vocab)) {}

  Result run(const std::vector<llama_token>& tokens, int block, bool replace_bos) {
    const int blocks = static_cast<int>(tokens.size()) / block;
    for (int b = 0; b < blocks; ++b) {
      evaluate(tokens, b * block, block, replace_bos);
      for (int i = 0; i < block; ++i) collect(tokens, b * block + i, i, block);
    }
    return result_;
  }

 private:
  void evaluate(const std::vector<llama_token>& tokens, int start, int block, bool replace_bos) {
    llama_memory_clear(llama_get_memory(context_), true);
    llama_batch batch = llama_batch_init(block, 0, 1);
    batch.n_tokens = block;
    for (int i = 0; i < block; ++i) {
      batch.token[i] =
          i == 0 && replace_bos ? llama_vocab_bos(vocab_) : tokens[static_cast<size_t>(start + i)];
      batch.pos[i] = i;
      batch.n_seq_id[i] = 1;
      batch.seq_id[i][0] = 0;
      batch.logits[i] = 1;
    }
    if (llama_decode(context_, batch) != 0) fail("llama_decode failed");
    llama_batch_free(batch);
  }

  void collect(const std::vector<llama_token>& tokens, int position, int in_block, int block) {
    const float* row = llama_get_logits_ith(context_, in_block);
    const double norm = log_sum_exp(row, n_vocab_);
    const int best = best_tokens(row, n_vocab_, 1)[0];
    result_.top.push_back(std::to_string(best));
    result_.top_logprob.push_back(number(row[best] - norm, "%.4f"));
    const size_t next = static_cast<size_t>(position) + 1;
    if (next < tokens.size()) {
      const double logprob = row[tokens[next]] - norm;
      result_.next_logprob.push_back(number(logprob, "%.4f"));
      if (in_block >= block / 2 && in_block + 1 < block) {
        result_.nll -= logprob;
        ++result_.scored;
      }
    }
    if (position % options_.top_every == options_.top_every - 1) sample(row, norm, position);
    const auto& rows = options_.rows;
    if (std::find(rows.begin(), rows.end(), position) != rows.end()) write_row(row, position);
  }

  void sample(const float* row, double norm, int position) {
    std::vector<std::string> ids;
    std::vector<std::string> logprobs;
    for (int id : best_tokens(row, n_vocab_, options_.top_count)) {
      ids.push_back(std::to_string(id));
      logprobs.push_back(number(row[id] - norm, "%.4f"));
    }
    result_.sampled.push_back("{\"position\":" + std::to_string(position) +
                              ",\"ids\":" + join(ids) + ",\"logprobs\":" + join(logprobs) + "}");
  }

  void write_row(const float* row, int position) {
    std::vector<std::string> logits;
    for (int i = 0; i < n_vocab_; ++i) logits.push_back(number(row[i], "%.6g"));
    result_.rows.push_back("{\"position\":" + std::to_string(position) +
                           ",\"logits\":" + join(logits) + "}");
  }

  const Options& options_;
  llama_context* context_;
  const llama_vocab* vocab_;
  int n_vocab_;
  Result result_;
};

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  llama_log_set(
      [](ggml_log_level level, const char* text, void*) {
        if (level == GGML_LOG_LEVEL_WARN || level == GGML_LOG_LEVEL_ERROR) std::cerr << text;
      },
      nullptr);
  llama_backend_init();
  llama_model_params model_params = llama_model_default_params();
  llama_model* model = llama_model_load_from_file(options.model.c_str(), model_params);
  if (model == nullptr) fail("cannot load " + options.model);
  const llama_vocab* vocab = llama_model_get_vocab(model);

  std::vector<llama_token> tokens;
  if (options.text.empty()) {
    for (int id : parse_numbers(options.ids)) tokens.push_back(id);
  } else {
    tokens = tokenize_file(vocab, options.text);
  }
  const int block = options.block > 0 ? options.block : static_cast<int>(tokens.size());
  const bool replace_bos = options.block > 0 && llama_vocab_get_add_bos(vocab);

  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(block);
  params.n_batch = params.n_ubatch = static_cast<uint32_t>(block);
  params.n_threads = params.n_threads_batch = options.threads;
  params.type_k = params.type_v = options.kv_type;
  params.flash_attn_type =
      options.flash ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) fail("cannot create a context");

  const Result result = Runner(options, context, vocab).run(tokens, block, replace_bos);
  std::vector<std::string> ids;
  const size_t kept = std::min(tokens.size(), result.top.size() + 1);
  for (size_t i = 0; i < kept; ++i) ids.push_back(std::to_string(tokens[i]));
  std::printf("{\"model\":\"%s\",\n\"text\":\"%s\",\n", base_name(options.model).c_str(),
              base_name(options.text).c_str());
  std::printf("\"block\":%d,\"replace_bos\":%s,\"bos\":%d,\"kv\":\"%s\",\"flash\":%s,\n", block,
              replace_bos ? "true" : "false", llama_vocab_bos(vocab),
              ggml_type_name(options.kv_type), options.flash ? "true" : "false");
  if (result.scored > 0) {
    std::printf("\"scored\":%d,\"perplexity\":%.6f,\n", result.scored,
                std::exp(result.nll / result.scored));
  }
  std::printf("\"tokens\":%s,\n\"top\":%s,\n\"top_logprob\":%s,\n\"next_logprob\":%s,\n",
              join(ids).c_str(), join(result.top).c_str(), join(result.top_logprob).c_str(),
              join(result.next_logprob).c_str());
  std::printf("\"top8\":%s,\n\"rows\":%s}\n", join(result.sampled).c_str(),
              join(result.rows).c_str());
  llama_free(context);
  llama_model_free(model);
  return 0;
}
