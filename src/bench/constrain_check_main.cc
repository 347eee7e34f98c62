// constrain_check MODEL.gguf SCHEMAS.ndjson > RESULTS.ndjson: see constrain_check.h.
// constrain_check MODEL.gguf: its vocabulary.
#include <fstream>
#include <iostream>

#include "bench/constrain_check.h"
#include "formats/gguf.h"

namespace {

byeol::Status run(const char* model, const char* schemas) {
  BYEOL_TRY(const byeol::formats::Gguf file, byeol::formats::Gguf::open(model));
  BYEOL_TRY(auto tokenizer, byeol::model::Tokenizer::from_gguf(file));
  const auto vocabulary = byeol::bench::constrain_vocabulary(std::move(tokenizer));
  if (schemas == nullptr) {
    byeol::bench::write_vocabulary(*vocabulary, std::cout);
    return byeol::ok();
  }
  std::ifstream lines(schemas);
  if (!lines) return byeol::Error{byeol::ErrorCode::kIo, std::string("cannot read ") + schemas};
  return byeol::bench::check_constraints(lines, vocabulary, {}, std::cout);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 3) {
    std::cerr << "usage: constrain_check MODEL.gguf [SCHEMAS.ndjson]\n";
    return 2;
  }
  const byeol::Status done = run(arguments[1], count == 3 ? arguments[2] : nullptr);
  if (done) return 0;
  std::cerr << "constrain_check: " << done.error().message << '\n';
  return 1;
}
