#include "wire/sampling_fields.h"

#include <gtest/gtest.h>

#include <map>

#include "wire/deadline_fields.h"
#include "wire/request_test.h"

namespace byeol::wire {
namespace {

template <typename Read>
auto read_from(Read read, std::string_view text) {
  const Json json = json_of(text);
  FieldErrors errors;
  auto value = read(FieldReader(json, errors));
  EXPECT_FALSE(errors) << (errors ? errors.take().message : "");
  return value;
}

TEST(SamplingFields, DefaultsAreOpenAis) {
  EXPECT_EQ(read_from(read_sampling, "{}"), SamplingFields{});
  EXPECT_EQ(read_from(read_sampling, R"({"temperature": null, "seed": null, "logit_bias": null})"),
            SamplingFields{});
}

TEST(SamplingFields, AreRead) {
  EXPECT_EQ(read_from(read_sampling,
                      R"({"temperature": 0, "top_p": 0.5, "top_k": -1, "min_p": 0.25,
                          "repetition_penalty": 1.5, "presence_penalty": -2,
                          "frequency_penalty": 2, "logit_bias": {"7": -100, "3": 1.5},
                          "seed": -1, "min_tokens": 4, "ignore_eos": true})"),
            (SamplingFields{.temperature = 0,
                            .top_p = 0.5f,
                            .top_k = 0,
                            .min_p = 0.25f,
                            .repetition_penalty = 1.5f,
                            .presence_penalty = -2,
                            .frequency_penalty = 2,
                            .logit_bias = {{3, 1.5f}, {7, -100}},
                            .seed = -1,
                            .min_tokens = 4,
                            .ignore_eos = true}));
}

TEST(SamplingFields, OutOfRangeIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"temperature": 2.5})",
       "temperature: 'temperature' is 2.5; expected a number from 0 to 2."},
      {R"({"top_p": "a"})", "top_p: 'top_p' is \"a\"; expected a number from 0 to 1."},
      {R"({"top_k": -2})", "top_k: 'top_k' is -2; expected an integer from -1 to 2147483647."},
      {R"({"seed": 1.5})", "seed: 'seed' is 1.5; expected an integer."},
      {R"({"logit_bias": {"x": 1}})",
       "logit_bias: 'logit_bias' has the key \"x\"; expected a token's number."},
      {R"({"logit_bias": {"5": 101}})",
       "logit_bias.5: 'logit_bias.5' is 101; expected a number from -100 to 100."},
      {R"({"logit_bias": {"5": 1, "05": 2}})", "logit_bias: 'logit_bias' names token 5 twice."},
      {R"({"logit_bias": [1]})", "logit_bias: 'logit_bias' is a list of 1; expected an object."},
  };
  for (const auto& [body, message] : cases) EXPECT_EQ(noted_error(read_sampling, body), message);
}

TEST(Stop, IsAStringOrUpToFour) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(read_from(read_stop, "{}"), Strings{});
  EXPECT_EQ(read_from(read_stop, R"({"stop": "a"})"), Strings{"a"});
  EXPECT_EQ(read_from(read_stop, R"({"stop": ["a", "b", "c", "d"]})"),
            (Strings{"a", "b", "c", "d"}));
  for (const char* body :
       {R"({"stop": ""})", R"({"stop": []})", R"({"stop": ["a", ""]})", R"({"stop": [1]})",
        R"({"stop": ["a", "b", "c", "d", "e"]})", R"({"stop": 3})"})
    EXPECT_TRUE(
        noted_error(read_stop, body)
            .ends_with("expected a string or a list of 1 to 4 strings, none of them empty."))
        << noted_error(read_stop, body);
}

TEST(StreamFields, OptionsNeedAStream) {
  EXPECT_EQ(
      read_from(read_stream, R"({"stream": true, "stream_options": {"include_usage": true}})"),
      (StreamFields{.stream = true, .include_usage = true}));
  EXPECT_EQ(noted_error(read_stream, R"({"stream_options": {"include_usage": true}})"),
            "stream_options: 'stream_options' is only allowed when 'stream' is true.");
}

TEST(DeadlineFields, AreReadFromTheBody) {
  EXPECT_EQ(read_from(read_deadline, "{}"), DeadlineFields{});
  EXPECT_EQ(read_from(read_deadline,
                      R"({"deadline": {"first_ms": 300, "gap_ms": 60.5, "total_ms": 86400000,
                          "on_miss": "finish"}})"),
            (DeadlineFields{300, 60.5, 86'400'000, OnMiss::kFinish}));
  EXPECT_EQ(noted_error(read_deadline, R"({"deadline": {"gap_ms": 0}})"),
            "deadline.gap_ms: 'deadline.gap_ms' is 0; expected a number of milliseconds above 0, "
            "at most 86400000.");
  EXPECT_EQ(noted_error(read_deadline, R"({"deadline": {"on_miss": "cry"}})"),
            "deadline.on_miss: 'deadline.on_miss' is \"cry\"; expected \"degrade\", \"finish\" or "
            "\"abort\".");
}

HeaderLookup headers(std::map<std::string, std::string, std::less<>> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string_view> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(DeadlineFields, HeadersFillWhatTheBodyLeavesOut) {
  DeadlineFields deadline{.first_ms = 100};
  ASSERT_TRUE(add_deadline_headers(headers({{"x-deadline-first-ms", "300"},
                                            {"x-deadline-gap-ms", "12.5"},
                                            {"x-deadline-total-ms", "4000"},
                                            {"x-deadline-on-miss", "abort"}}),
                                   deadline));
  EXPECT_EQ(deadline, (DeadlineFields{100, 12.5, 4000, OnMiss::kAbort}));
}

TEST(DeadlineFields, WrongHeadersAreRefused) {
  for (const char* value : {"", "-1", "0", "1e99", "nan", "inf", "3s", " 3", "\xff"}) {
    DeadlineFields deadline;
    const ApiStatus status =
        add_deadline_headers(headers({{"x-deadline-gap-ms", value}}), deadline);
    ASSERT_FALSE(status) << value;
    EXPECT_EQ(status.error().param, "x-deadline-gap-ms");
  }
  DeadlineFields deadline;
  const ApiStatus status = add_deadline_headers(headers({{"x-deadline-on-miss", "x"}}), deadline);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "'x-deadline-on-miss' is \"x\"; expected \"degrade\", \"finish\" or \"abort\".");
}

TEST(ServiceTier, HasTheStandardsNamesAndRealtime) {
  for (const char* name : {"auto", "default", "flex", "scale", "priority", "fast", "realtime"}) {
    const auto tier =
        read_from(read_service_tier, std::string(R"({"service_tier": ")") + name + "\"}");
    ASSERT_TRUE(tier);
    EXPECT_EQ(name_of(*tier), name);
  }
  EXPECT_EQ(read_from(read_service_tier, R"({"service_tier": null})"), std::nullopt);
}

}  // namespace
}  // namespace byeol::wire
