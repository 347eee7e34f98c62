#define PCRE2_CODE_UNIT_WIDTH 8
#include "model/tokenizer/regex_splitter.h"

#include <pcre2.h>

#include <string>

namespace byeol::model {
namespace {

// Far above what any listed pattern needs for a megabyte, and seconds away from a hang.
constexpr std::uint32_t kMatchLimit = 20'000'000;
constexpr std::uint32_t kHeapLimitKib = 64 * 1024;

// \s inside and outside of a class, and \S outside of one.
std::string with_unicode_space(std::string_view pattern) {
  constexpr std::string_view kSpace = "\\t-\\r\\x{85}\\p{Z}";
  std::string result;
  bool in_class = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c != '\\' || at + 1 == pattern.size()) {
      if (c == '[') in_class = true;
      if (c == ']') in_class = false;
      result += c;
      continue;
    }
    const char escaped = pattern[++at];
    if (escaped == 's' && in_class)
      result += kSpace;
    else if (escaped == 's')
      result.append("[").append(kSpace).append("]");
    else if (escaped == 'S')
      result.append("[^").append(kSpace).append("]");
    else
      result.append({c, escaped});
  }
  return result;
}

// What a match needs beside the code, once per thread.
struct MatchWorkspace {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);

  MatchWorkspace() {
    pcre2_set_match_limit(context, kMatchLimit);
    pcre2_set_heap_limit(context, kHeapLimitKib);
  }
  MatchWorkspace(const MatchWorkspace&) = delete;
  MatchWorkspace& operator=(const MatchWorkspace&) = delete;
  ~MatchWorkspace() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
};

MatchWorkspace& workspace() {
  thread_local MatchWorkspace instance;
  return instance;
}

// False where nothing more matches.
bool find(const pcre2_code* code, std::string_view text, std::size_t from,
          const MatchWorkspace& work) {
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  constexpr std::uint32_t kOptions = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;
  int found = pcre2_match(code, subject, text.size(), from, kOptions, work.data, work.context);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT)
    found = pcre2_match(code, subject, text.size(), from, kOptions | PCRE2_NO_JIT, work.data,
                        work.context);
  return found >= 0;
}

}  // namespace

RegexSplitter::RegexSplitter(pcre2_real_code_8* code) : code_(code, pcre2_code_free) {}

Result<RegexSplitter> RegexSplitter::compile(std::string_view pattern) {
  const std::string expanded = with_unicode_space(pattern);
  int failure = 0;
  std::size_t position = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expanded.data()), expanded.size(),
                                   PCRE2_UTF | PCRE2_UCP, &failure, &position, nullptr);
  if (!code) {
    unsigned char reason[128];
    pcre2_get_error_message(failure, reason, sizeof(reason));
    return Error{ErrorCode::kInvalidArgument, "regular expression '" + expanded + "' at " +
                                                  std::to_string(position) + ": " +
                                                  reinterpret_cast<const char*>(reason)};
  }
  // Where there is no JIT for this machine, pcre2_match() interprets: slower, the same matches.
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  return RegexSplitter(code);
}

void RegexSplitter::split(std::string_view text, std::size_t offset,
                          std::vector<std::size_t>& ends) const {
  const MatchWorkspace& work = workspace();
  std::size_t done = 0;
  while (done < text.size() && find(code_.get(), text, done, work)) {
    const PCRE2_SIZE* match = pcre2_get_ovector_pointer(work.data);
    if (match[0] > done) ends.push_back(offset + match[0]);
    ends.push_back(offset + match[1]);
    done = match[1];
  }
  if (done < text.size()) ends.push_back(offset + text.size());
}

}  // namespace byeol::model
