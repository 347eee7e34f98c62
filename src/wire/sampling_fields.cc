#include "wire/sampling_fields.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace byeol::wire {
namespace {

constexpr std::int32_t kIntMax = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kStopsMax = 4;
constexpr const char* kStopExpected = "a string or a list of 1 to 4 strings, none of them empty";

void read_number(const FieldReader& body, std::string_view name, double min, double max,
                 float& to) {
  if (const std::optional<double> number = body.number(name, min, max))
    to = static_cast<float>(*number);
}

std::optional<std::int32_t> token_id(const std::string& text) {
  std::int32_t id = 0;
  const char* end = text.data() + text.size();
  const auto [used, failure] = std::from_chars(text.data(), end, id);
  if (failure != std::errc() || used != end || id < 0) return std::nullopt;
  return id;
}

std::vector<std::pair<std::int32_t, float>> read_logit_bias(const FieldReader& body) {
  const Json* biases = body.object("logit_bias");
  if (biases == nullptr) return {};
  std::vector<std::pair<std::int32_t, float>> read;
  const std::string path = body.path_of("logit_bias");
  for (const auto& [name, value] : biases->items()) {
    const std::optional<std::int32_t> id = token_id(name);
    if (!id) {
      body.errors().add(invalid_request(
          "'" + path + "' has the key " + described(Json(name)) + "; expected a token's number.",
          path));
      return {};
    }
    const double bias = value.is_number() ? value.get<double>() : 1e9;
    if (!(bias >= -100 && bias <= 100)) {
      body.errors().add(wrong_value(path + "." + name, value, "a number from -100 to 100"));
      return {};
    }
    read.emplace_back(*id, static_cast<float>(bias));
  }
  // "7" and "07" are different keys of the same token.
  std::sort(read.begin(), read.end());
  const auto twice = std::adjacent_find(
      read.begin(), read.end(), [](auto& one, auto& other) { return one.first == other.first; });
  if (twice != read.end())
    body.refuse("logit_bias",
                "'" + path + "' names token " + std::to_string(twice->first) + " twice.");
  return read;
}

}  // namespace

SamplingFields read_sampling(const FieldReader& body) {
  SamplingFields read;
  read_number(body, "temperature", 0, 2, read.temperature);
  read_number(body, "top_p", 0, 1, read.top_p);
  read_number(body, "min_p", 0, 1, read.min_p);
  read_number(body, "repetition_penalty", 0.01, 10, read.repetition_penalty);
  read_number(body, "presence_penalty", -2, 2, read.presence_penalty);
  read_number(body, "frequency_penalty", -2, 2, read.frequency_penalty);
  if (const auto top_k = body.integer("top_k", -1, kIntMax))
    read.top_k = static_cast<std::int32_t>(std::max<std::int64_t>(*top_k, 0));
  read.logit_bias = read_logit_bias(body);
  read.seed = body.integer("seed");
  read.min_tokens = read_tokens(body, "min_tokens", 0).value_or(0);
  read.ignore_eos = body.boolean("ignore_eos").value_or(false);
  return read;
}

std::vector<std::string> read_stop(const FieldReader& body) {
  const Json* stop = body.find("stop");
  if (stop == nullptr) return {};
  std::vector<std::string> read;
  if (stop->is_string()) read.push_back(stop->get<std::string>());
  if (stop->is_array() && stop->size() <= kStopsMax) {
    for (const Json& text : *stop) {
      if (!text.is_string()) {
        body.wrong("stop", kStopExpected);
        return {};
      }
      read.push_back(text.get<std::string>());
    }
  }
  if (read.empty() || std::find(read.begin(), read.end(), "") != read.end())
    body.wrong("stop", kStopExpected);
  return read;
}

int read_answers(const FieldReader& body) {
  return static_cast<int>(body.integer("n", 1, 128).value_or(1));
}

std::optional<std::int32_t> read_tokens(const FieldReader& body, std::string_view name,
                                        std::int32_t min) {
  const std::optional<std::int64_t> tokens = body.integer(name, min, kIntMax);
  if (!tokens) return std::nullopt;
  return static_cast<std::int32_t>(*tokens);
}

StreamFields read_stream(const FieldReader& body) {
  StreamFields read;
  read.stream = body.boolean("stream").value_or(false);
  const std::optional<FieldReader> options = body.fields("stream_options");
  if (!options) return read;
  read.include_usage = options->boolean("include_usage").value_or(false);
  if (!read.stream)
    body.refuse("stream_options", "'stream_options' is only allowed when 'stream' is true.");
  return read;
}

}  // namespace byeol::wire
