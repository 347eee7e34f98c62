// A value, or the reason there is none. We do not throw: a failure that input or the outside world
// can cause is a Result; a failure that only a bug can cause is a BYEOL_CHECK. Same spelling as
// std::expected, which C++20 does not have yet.
//
//   Result<Gguf> open_gguf(path)            a value or an Error
//   Status close()                          nothing or an Error; return ok() on success
//   BYEOL_TRY(Gguf file, open_gguf(path));  declare, or return the error upwards
//   BYEOL_TRY_OK(close());                return the error upwards
//   return std::move(error).within("open models/x.gguf");   each layer adds its step
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace byeol {

enum class ErrorCode {
  kInvalidArgument,  // The caller asked for something that makes no sense.
  kNotFound,         // A file, model or name that does not exist.
  kCorrupt,          // Bytes that break their format.
  kUnsupported,      // Well-formed, but nothing that we can do.
  kOverloaded,       // No room now; may work later.
  kDeadline,         // Too late.
  kCancelled,        // The caller changed its mind.
  kIo,               // The operating system said no.
};

struct Error {
  ErrorCode code;
  std::string message;  // For a person: what, where, and what was expected.

  // "read tensor blk.3.attn_q.weight: offset 901120 is past the end (900000)".
  Error within(std::string_view step) && {
    message.insert(0, ": ").insert(0, step);
    return std::move(*this);
  }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return value_.has_value(); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->checked(); }
  Error& error() {
    BYEOL_CHECK(error_.has_value());
    return *error_;
  }
  const Error& error() const { return const_cast<Result*>(this)->error(); }

 private:
  T& checked() {
    if (!value_)
      check_failed(__FILE__, __LINE__, "value of a Result that holds an error", error_->message);
    return *value_;
  }

  std::optional<T> value_;
  std::optional<Error> error_;
};

struct Nothing {};
using Status = Result<Nothing>;
inline Status ok() {
  return Nothing{};
}

}  // namespace byeol

#define BYEOL_TRY(declaration, expression) \
  BYEOL_TRY_(declaration, expression, BYEOL_CONCAT(byeol_result_, __LINE__))
#define BYEOL_TRY_(declaration, expression, result) \
  auto result = (expression);                       \
  if (!result) return std::move(result.error());    \
  declaration = *std::move(result)
#define BYEOL_TRY_OK(expression)                                                                 \
  do {                                                                                           \
    if (auto byeol_status = (expression); !byeol_status) return std::move(byeol_status.error()); \
  } while (false)
#define BYEOL_CONCAT(a, b) BYEOL_CONCAT_(a, b)
#define BYEOL_CONCAT_(a, b) a##b
