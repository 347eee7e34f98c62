// A failure that only a bug can cause stops the program with a sentence. Never for outside input:
// that is a Result (base/result.h).
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace byeol {

[[noreturn]] inline void check_failed(const char* file, int line, const char* condition,
                                      std::string_view detail = "") {
  std::fprintf(stderr, "%s:%d: check failed: %s%s%.*s\n", file, line, condition,
               detail.empty() ? "" : ": ", static_cast<int>(detail.size()), detail.data());
  std::abort();
}

}  // namespace byeol

// Always on.
#define BYEOL_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::byeol::check_failed(__FILE__, __LINE__, #condition))
// In loops: off where NDEBUG is set.
#ifdef NDEBUG
#define BYEOL_DCHECK(condition) static_cast<void>(0)
#else
#define BYEOL_DCHECK(condition) BYEOL_CHECK(condition)
#endif
