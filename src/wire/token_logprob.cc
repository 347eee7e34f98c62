#include "wire/token_logprob.h"

#include <string_view>

#include "wire/json_text.h"

namespace byeol::wire {
namespace {

// {"token": …, "logprob": …, "bytes": […] — left open.
void append_token(std::string& to, std::string_view bytes, float logprob) {
  to.append("{\"token\":");
  append_json_string(to, bytes);
  to.append(",\"logprob\":");
  append_json_number(to, clamped_logprob(logprob));
  to.append(",\"bytes\":[");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) to.push_back(',');
    append_json_number(to, std::int64_t{static_cast<unsigned char>(bytes[i])});
  }
  to.push_back(']');
}

}  // namespace

float clamped_logprob(float logprob) {
  return logprob > kLogprobMin ? logprob : kLogprobMin;  // Also of NaN.
}

void append_json(std::string& to, std::span<const TokenLogprob> tokens) {
  to.push_back('[');
  for (const TokenLogprob& token : tokens) {
    if (&token != tokens.data()) to.push_back(',');
    append_token(to, token.bytes, token.logprob);
    to.append(",\"top_logprobs\":[");
    for (const TopLogprob& top : token.top) {
      if (&top != token.top.data()) to.push_back(',');
      append_token(to, top.bytes, top.logprob);
      to.push_back('}');
    }
    to.append("]}");
  }
  to.push_back(']');
}

}  // namespace byeol::wire
