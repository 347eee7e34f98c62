#include "wire/api_error.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace byeol::wire {
namespace {

constexpr const char* kInvalidRequest = "invalid_request_error";
constexpr const char* kServerError = "server_error";

nlohmann::ordered_json or_null(const std::optional<std::string>& text) {
  return text ? nlohmann::ordered_json(*text) : nlohmann::ordered_json(nullptr);
}

}  // namespace

ApiError invalid_request(std::string message, std::optional<std::string> param,
                         std::optional<std::string> code) {
  return {400, kInvalidRequest, std::move(message), std::move(param), std::move(code)};
}

ApiError unsupported(std::string message, std::string param) {
  return invalid_request(std::move(message), std::move(param), "unsupported_parameter");
}

ApiError unauthorized(std::string message) {
  return {401, kInvalidRequest, std::move(message), {}, "invalid_api_key"};
}

ApiError not_found(std::string message, std::optional<std::string> param,
                   std::optional<std::string> code) {
  return {404, kInvalidRequest, std::move(message), std::move(param), std::move(code)};
}

ApiError overloaded(std::string message, std::optional<std::string> code) {
  return {429, "rate_limit_exceeded", std::move(message), {}, std::move(code)};
}

ApiError server_error(std::string message) {
  return {500, kServerError, std::move(message)};
}

std::string sentence(std::string message) {
  if (message.empty()) return message;
  if (message.front() >= 'a' && message.front() <= 'z')
    message.front() = static_cast<char>(message.front() - 'a' + 'A');
  if (message.back() != '.') message += '.';
  return message;
}

ApiError api_error(const Error& error) {
  std::string message = sentence(error.message);
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kUnsupported:
      return invalid_request(std::move(message));
    case ErrorCode::kNotFound:
      return not_found(std::move(message));
    case ErrorCode::kOverloaded:
      return overloaded(std::move(message));
    case ErrorCode::kDeadline:
      return {408, kServerError, std::move(message), {}, "deadline_exceeded"};
    case ErrorCode::kCorrupt:
    case ErrorCode::kCancelled:
    case ErrorCode::kIo:
      break;
  }
  return server_error(std::move(message));
}

nlohmann::ordered_json to_json(const ApiError& error) {
  return {{"message", error.message},
          {"type", error.type},
          {"param", or_null(error.param)},
          {"code", or_null(error.code)}};
}

std::string body_of(const ApiError& error) {
  // A message may quote a request's bytes: whatever they are, the body is UTF-8.
  return nlohmann::ordered_json{{"error", to_json(error)}}.dump(
      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace byeol::wire
