// What a request is answered with when it cannot be served: OpenAI's error object and its HTTP
// status. Clients show the message to people and decide by status and code.
//
//   ApiResult<ChatRequest> read_chat_request(const Json& body);   a value or an ApiError
//   BYEOL_TRY(ChatRequest request, read_chat_request(body));      works as with Result
//
// Source: openai-openapi 2.3.0, ErrorResponse; which statuses clients retry: openai-python.
// Threads: plain values.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace byeol::wire {

struct ApiError {
  int status = 400;  // Of HTTP.
  std::string type;  // "invalid_request_error", "server_error", …
  std::string message;
  std::optional<std::string> param = {};  // The field's path: "messages[0].content".
  std::optional<std::string> code = {};   // "context_length_exceeded", …

  bool operator==(const ApiError&) const = default;
};

// 400: the request cannot be served as it is.
ApiError invalid_request(std::string message, std::optional<std::string> param = {},
                         std::optional<std::string> code = {});
// 400, code "unsupported_parameter": a field that is right and that we cannot serve.
ApiError unsupported(std::string message, std::string param);
// 401, code "invalid_api_key".
ApiError unauthorized(std::string message);
// 404.
ApiError not_found(std::string message, std::optional<std::string> param = {},
                   std::optional<std::string> code = {});
// 429: no room now. The server adds retry-after; clients try again by themselves.
ApiError overloaded(std::string message, std::optional<std::string> code = "rate_limit_exceeded");
// 500.
ApiError server_error(std::string message);

// As all messages on the wire are: with a capital and a full stop.
std::string sentence(std::string message);
// An error of the library as clients see it: kInvalidArgument and kUnsupported 400, kNotFound 404,
// kOverloaded 429, kDeadline 408, kCorrupt, kIo and kCancelled 500.
ApiError api_error(const Error& error);

// {"message", "type", "param", "code"}: what stands inside "error".
nlohmann::ordered_json to_json(const ApiError& error);
// {"error": {…}} as text: the body of an answer, or the last data of a stream that broke.
std::string body_of(const ApiError& error);

// A value or an ApiError. Same spelling as Result; BYEOL_TRY and BYEOL_TRY_OK work with it.
template <typename T>
class [[nodiscard]] ApiResult {
 public:
  ApiResult(T value) : value_(std::move(value)) {}
  ApiResult(ApiError error) : error_(std::move(error)) {}

  explicit operator bool() const { return value_.has_value(); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<ApiResult*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<ApiResult*>(this)->checked(); }
  ApiError& error() {
    BYEOL_CHECK(error_.has_value());
    return *error_;
  }
  const ApiError& error() const { return const_cast<ApiResult*>(this)->error(); }

 private:
  T& checked() {
    if (!value_)
      check_failed(__FILE__, __LINE__, "value of an ApiResult that holds an error",
                   error_->message);
    return *value_;
  }

  std::optional<T> value_;
  std::optional<ApiError> error_;
};

using ApiStatus = ApiResult<Nothing>;

}  // namespace byeol::wire
