// For tests of requests: JSON in, the request or its error out.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wire/json_fields.h"

namespace byeol::wire {

inline Json json_of(std::string_view text) {
  ApiResult<Json> json = parse_json(text);
  EXPECT_TRUE(json) << text;
  return json ? *std::move(json) : Json();
}

// "param: message" of the error that `read` gives for a body.
template <typename Read>
std::string error_of(Read read, std::string_view text) {
  const auto request = read(json_of(text));
  if (request) return "no error";
  EXPECT_EQ(request.error().status, 400);
  return request.error().param.value_or("-") + ": " + request.error().message;
}

// The error of a function that notes it in the reader's.
template <typename Read>
std::string noted_error(Read read, std::string_view text) {
  const Json json = json_of(text);
  FieldErrors errors;
  read(FieldReader(json, errors));
  if (!errors) return "no error";
  const ApiError error = errors.take();
  return error.param.value_or("-") + ": " + error.message;
}

}  // namespace byeol::wire
