// A line of the server's request log → the request that is most like it. The log holds no text, so
// the prompt is words: a page of the prefix becomes the same words wherever its hash stands, so
// what was shared is shared again. The answer is as long as it turned out, or, where the request
// was refused, as long as it was allowed to be.
#include <algorithm>
#include <charconv>

#include "bench/load/prompts.h"
#include "bench/load/trace_fields.h"

namespace byeol::bench {
namespace {

using Json = nlohmann::json;

// The words of a page by its hash, of which each is a stream of random numbers.
Result<std::string> shared_words(const Json& line, std::int32_t page_tokens, std::int32_t& left) {
  std::string text;
  const auto prefix = line.find("prefix");
  if (prefix == line.end()) return text;
  if (!prefix->is_array()) return wrong_trace("prefix must be a list");
  for (const Json& page : *prefix) {
    if (!page.is_string()) return wrong_trace("prefix must be a list of texts");
    const auto& hex = page.get_ref<const std::string&>();
    std::uint64_t hash = 0;
    const auto read = std::from_chars(hex.data(), hex.data() + hex.size(), hash, 16);
    if (hex.size() != 16 || read.ec != std::errc{} || read.ptr != hex.data() + hex.size())
      return wrong_trace("prefix must be a list of texts of 16 hexadecimal digits");
    if (left < page_tokens) return wrong_trace("prefix is longer than prompt_tokens");
    text += make_text(hash, page_tokens) + ' ';
    left -= page_tokens;
  }
  return text;
}

Result<std::string> prompt_of(const Json& line, std::int32_t page_tokens, std::uint64_t seed,
                              std::int64_t number) {
  std::int32_t left = 1, cached = 0;
  BYEOL_TRY_OK(read_tokens(line, "prompt_tokens", 0, left));
  BYEOL_TRY_OK(read_tokens(line, "cached_tokens", 0, cached));
  BYEOL_TRY(std::string text, shared_words(line, page_tokens, left));
  if (text.empty() && !line.contains("prefix") && cached > 0) {
    // A log that does not say who shared what: all share one beginning.
    text = make_text(seed, std::min(cached, left)) + ' ';
    left -= std::min(cached, left);
  }
  if (left > 0 || text.empty()) return text + make_question(seed, number, std::max(left, 1));
  text.pop_back();
  return text;
}

Result<double> arrival_of(const Json& line) {
  constexpr double kMost = 1e15;  // So that thousandths are exact.
  const Json& arrival = line.at("arrival_ms");
  if (!arrival.is_number() || arrival.get<double>() < 0 || arrival.get<double>() > kMost)
    return wrong_trace("arrival_ms must be milliseconds since 1970");
  return arrival.get<double>();
}

}  // namespace

Result<std::optional<LoadRequest>> read_logged(const Json& line, std::int32_t page_tokens,
                                               std::uint64_t seed, std::int64_t number) {
  std::string endpoint, outcome;
  BYEOL_TRY_OK(read_text(line, "endpoint", endpoint));
  if (endpoint == "embeddings") return std::optional<LoadRequest>();
  LoadRequest request;
  BYEOL_TRY(request.at_ms, arrival_of(line));
  BYEOL_TRY(request.prompt, prompt_of(line, page_tokens, seed, number));
  BYEOL_TRY_OK(read_text(line, "outcome", outcome));
  BYEOL_TRY_OK(read_text(line, "class", request.class_name));
  if (request.class_name != "default") request.service_tier = request.class_name;
  std::int32_t tokens = 0;
  if (outcome == "refused" || outcome == "error") {
    BYEOL_TRY_OK(read_tokens(line, "max_tokens", 0, tokens));
    BYEOL_TRY_OK(read_tokens(line, "granted_tokens", 0, tokens));
  } else {
    BYEOL_TRY_OK(read_tokens(line, "output_tokens", 0, tokens));
  }
  request.max_tokens = std::max(tokens, 1);
  const auto deadline = line.find("deadline");
  if (deadline == line.end() || deadline->is_null()) return std::optional(std::move(request));
  BYEOL_TRY_OK(read_limits(*deadline, {"first_ms", "gap_ms", "total_ms", "on_miss", "insists"},
                           request.deadline));
  const auto insists = deadline->find("insists");
  request.insists = insists == deadline->end() || *insists == true;
  return std::optional(std::move(request));
}

}  // namespace byeol::bench
