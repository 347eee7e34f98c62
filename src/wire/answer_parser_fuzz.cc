// Any text, in any family, cut anywhere: the same pieces, in an order that makes sense (see
// record_answer()).
//
// The first byte chooses: family, whether functions are offered, whether a thought is open.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/answer_recorder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace byeol::wire;
  if (size == 0) return 0;
  AnswerOptions options{.family = static_cast<AnswerFamily>(data[0] % 6)};
  if (data[0] / 6 % 2 == 0) options.functions = {"f", "get_weather"};
  options.opens_in_thought = data[0] / 12 % 2 == 1;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const RecordedAnswer whole = record_answer(options, text, text.size() + 1);
  BYEOL_CHECK(record_answer(options, text, 1) == whole);
  BYEOL_CHECK(record_answer(options, text, 7) == whole);
  return 0;
}
