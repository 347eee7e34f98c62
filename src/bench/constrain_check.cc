#include "bench/constrain_check.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "constrain/constraint.h"

namespace byeol::bench {
namespace {

using constrain::Constraint;
using constrain::Matcher;
using constrain::TokenId;
using constrain::Vocabulary;
using json = nlohmann::ordered_json;  // A schema says in which order properties come.
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestRandomToken = 6;  // Bytes.

// In hundredths: what a clock can tell.
double microseconds_since(Clock::time_point start) {
  const std::chrono::duration<double, std::micro> passed = Clock::now() - start;
  return std::round(passed.count() * 100) / 100;
}

// Ways to cut a text into tokens that no tokenizer would choose.
class Cutter {
 public:
  explicit Cutter(const Vocabulary& vocabulary) {
    for (TokenId id = 0; id < vocabulary.size(); ++id)
      if (!vocabulary.bytes(id).empty()) by_bytes_.emplace(vocabulary.bytes(id), id);
  }

  // Tokens of at most `most` bytes; empty where the vocabulary lacks one.
  std::vector<TokenId> cut(std::string_view text, std::size_t most) {
    std::vector<TokenId> tokens;
    while (!text.empty()) {
      std::size_t length = std::min(text.size(), 1 + random_() % most);
      auto found = by_bytes_.find(text.substr(0, length));
      while (found == by_bytes_.end() && length > 1)
        found = by_bytes_.find(text.substr(0, --length));
      if (found == by_bytes_.end()) return {};
      tokens.push_back(found->second);
      text.remove_prefix(length);
    }
    return tokens;
  }

 private:
  std::unordered_map<std::string_view, TokenId> by_bytes_;
  std::mt19937 random_{1};
};

struct Walk {
  bool accepted = true;
  bool consistent = true;  // Each mask and what was then taken.
};

Walk walk(const std::shared_ptr<Matcher>& matcher, const std::vector<TokenId>& tokens,
          std::vector<double>* mask_us) {
  Constraint constraint(matcher);
  const Vocabulary& vocabulary = matcher->vocabulary();
  const auto timed_mask = [&] {
    const auto start = Clock::now();
    auto mask = constraint.mask();
    if (mask_us != nullptr) mask_us->push_back(microseconds_since(start));
    return mask;
  };
  for (const TokenId token : tokens) {
    const bool allowed = timed_mask()->tokens.has(token);
    const bool taken = constraint.take(token);
    if (allowed != taken) return {taken, false};
    if (!taken) return {false, true};
  }
  const auto mask = timed_mask();
  const bool ends = std::ranges::any_of(vocabulary.end_tokens(),
                                        [&](TokenId end) { return mask->tokens.has(end); });
  return {constraint.may_end(), ends == constraint.may_end()};
}

Result<std::shared_ptr<const constrain::Grammar>> compile(std::string_view schema,
                                                          const constrain::SchemaOptions& options) {
  constrain::Budget budget;
  constrain::GrammarBuilder builder(budget);
  BYEOL_TRY(const constrain::NodeId root,
            constrain::add_json_schema(builder, schema, options, budget));
  return builder.build(root);
}

json check_line(const json& line, const std::shared_ptr<const Vocabulary>& vocabulary,
                const constrain::SchemaOptions& options, Cutter& cutter) {
  const std::string schema = line["schema"].dump();
  json result{{"id", line["id"]}, {"tokens", json::array()}};
  for (const json& instance : line["instances"])
    result["tokens"].push_back(
        vocabulary->tokenize(instance["text"].get_ref<const std::string&>()));
  const auto start = Clock::now();
  auto grammar = compile(schema, options);
  std::shared_ptr<Matcher> matcher;
  if (grammar) matcher = std::make_shared<Matcher>(*grammar, vocabulary);
  result["compile_us"] = microseconds_since(start);
  result["compiled"] = matcher != nullptr;
  if (!matcher) {
    result["error"] = grammar.error().message;
    return result;
  }
  std::vector<double> mask_us;
  json accepted = json::array(), split = json::array();
  for (std::size_t i = 0; i < line["instances"].size(); ++i) {
    const auto& text = line["instances"][i]["text"].get_ref<const std::string&>();
    const Walk own = walk(matcher, vocabulary->tokenize(text), &mask_us);
    bool consistent = own.consistent;
    for (const std::size_t most : {std::size_t{1}, kLongestRandomToken}) {
      const std::vector<TokenId> tokens = cutter.cut(text, most);
      if (tokens.empty()) continue;
      const Walk other = walk(matcher, tokens, nullptr);
      consistent = consistent && other.consistent && other.accepted == own.accepted;
    }
    accepted.push_back(own.accepted);
    if (!consistent) split.push_back(i);
  }
  result["mask_us"] = std::move(mask_us);
  result["results"] = std::move(accepted);
  result["split"] = std::move(split);
  return result;
}

bool is_line(const json& line) {
  return line.is_object() && line.contains("id") && line.contains("schema") &&
         line.contains("instances") && line["instances"].is_array() &&
         std::ranges::all_of(line["instances"], [](const json& instance) {
           return instance.is_object() && instance.contains("text") && instance["text"].is_string();
         });
}

}  // namespace

std::shared_ptr<const Vocabulary> constrain_vocabulary(
    std::shared_ptr<const model::Tokenizer> tokenizer) {
  constrain::VocabularyOptions options;
  options.token_bytes.resize(static_cast<std::size_t>(tokenizer->size()));
  for (TokenId id = 0; id < tokenizer->size(); ++id) {
    if (tokenizer->is_end_of_generation(id)) options.end_tokens.push_back(id);
    if (!tokenizer->is_control(id))
      options.token_bytes[static_cast<std::size_t>(id)] = tokenizer->piece(id);
  }
  options.tokenize = [tokenizer](std::string_view text) {
    return tokenizer->encode(text, {.add_special = false, .parse_special = false});
  };
  return Vocabulary::make(std::move(options));
}

Status check_constraints(std::istream& lines, const std::shared_ptr<const Vocabulary>& vocabulary,
                         const constrain::SchemaOptions& options, std::ostream& results) {
  Cutter cutter(*vocabulary);
  std::string text;
  for (std::int64_t number = 1; std::getline(lines, text); ++number) {
    const json line = json::parse(text, nullptr, false);
    if (!is_line(line))
      return Error{ErrorCode::kInvalidArgument,
                   "line " + std::to_string(number) +
                       ": expected {\"id\", \"schema\", \"instances\": [{\"text\"}, …]}"};
    results << check_line(line, vocabulary, options, cutter)
                   .dump(-1, ' ', false, json::error_handler_t::replace)
            << '\n';
  }
  return ok();
}

void write_vocabulary(const Vocabulary& vocabulary, std::ostream& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out << "{\"tokens\":[";
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    out << (id > 0 ? ",\"" : "\"");
    for (const char byte : vocabulary.bytes(id)) {
      const auto value = static_cast<unsigned char>(byte);
      out << kDigits[value >> 4] << kDigits[value & 15];
    }
    out << '"';
  }
  out << "],\"ends\":" << json(vocabulary.end_tokens()).dump() << "}\n";
}

}  // namespace byeol::bench
