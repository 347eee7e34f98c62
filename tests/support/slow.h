// The thread sanitizer makes the scalar kernels some hundred times slower. Tests whose matter is
// arithmetic rather than threads pass it by; the other builds run them.
#pragma once

#include <gtest/gtest.h>

#if defined(__SANITIZE_THREAD__)
#define BYEOL_SKIP_UNDER_THREAD_SANITIZER() GTEST_SKIP() << "about arithmetic, not threads"
#else
#define BYEOL_SKIP_UNDER_THREAD_SANITIZER() static_cast<void>(0)
#endif
