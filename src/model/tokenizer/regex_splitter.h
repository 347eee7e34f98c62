// Cuts text by a regular expression over Unicode: matches and the gaps between them, in order.
// PCRE2 with UTF and UCP, compiled just in time where the machine allows it.
//
// `\s` and `\S` mean Unicode's White_Space, as in Oniguruma and in llama.cpp (PCRE2 alone would add
// U+180E). A match that would need more work than the limits allow counts as none: the rest of the
// text stays one piece, so hostile text costs bounded time.
// Threads: immutable; every call works on its own match data.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

struct pcre2_real_code_8;

namespace byeol::model {

class RegexSplitter {
 public:
  static Result<RegexSplitter> compile(std::string_view pattern);

  // Appends the end of every piece of `text`, moved by `offset`. `text` is UTF-8 without
  // surrogates.
  void split(std::string_view text, std::size_t offset, std::vector<std::size_t>& ends) const;

 private:
  explicit RegexSplitter(pcre2_real_code_8* code);

  std::shared_ptr<pcre2_real_code_8> code_;
};

}  // namespace byeol::model
