// The beginning of a call in JSON, as far as it is there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace byeol::wire {

enum class HeaderVerdict {
  kMore,    // Sound so far.
  kCall,    // {"name": NAME, "arguments": { — the rest can be given while it comes.
  kOther,   // JSON of another form: look at it when it is complete.
  kBroken,  // No JSON object.
};

struct CallHeader {
  HeaderVerdict verdict = HeaderVerdict::kBroken;
  std::string name = {};
  std::size_t arguments_at = 0;  // Where their '{' is.
};

CallHeader parse_call_header(std::string_view text);

}  // namespace byeol::wire
