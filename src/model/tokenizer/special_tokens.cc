#include "model/tokenizer/special_tokens.h"

#include <algorithm>

#include "base/utf8.h"

namespace byeol::model {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::uint8_t byte_at(const std::string& text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

}  // namespace

SpecialTokens::SpecialTokens(std::vector<SpecialToken> tokens) : tokens_(std::move(tokens)) {
  std::erase_if(tokens_, [](const SpecialToken& token) { return token.text.empty(); });
  std::sort(tokens_.begin(), tokens_.end(),
            [](const SpecialToken& a, const SpecialToken& b) { return a.text < b.text; });
  for (const SpecialToken& token : tokens_) ++first_[byte_at(token.text, 0) + std::size_t{1}];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
}

const SpecialToken* SpecialTokens::longest_at(std::string_view text) const {
  const auto lead = static_cast<std::uint8_t>(text.front());
  auto low = tokens_.begin() + first_[lead];
  auto high = tokens_.begin() + first_[lead + std::size_t{1}];
  const SpecialToken* longest = nullptr;
  // Narrows the range of tokens that begin with text[0..depth); one that ends there comes first.
  for (std::size_t depth = 1; low != high; ++depth) {
    if (low->text.size() == depth) {
      longest = &*low;
      while (low != high && low->text.size() == depth) ++low;
    }
    if (depth == text.size()) break;
    const auto next = static_cast<std::uint8_t>(text[depth]);
    low = std::partition_point(
        low, high, [&](const SpecialToken& it) { return byte_at(it.text, depth) < next; });
    high = std::partition_point(
        low, high, [&](const SpecialToken& it) { return byte_at(it.text, depth) <= next; });
  }
  return longest;
}

std::vector<Fragment> SpecialTokens::split(std::string_view text, Guards guards) const {
  std::vector<Fragment> fragments;
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (guards == Guards::kCount && text.substr(at).starts_with(kGuard)) {
      at += kGuard.size() + 1;
      continue;
    }
    const SpecialToken* token = longest_at(text.substr(at));
    if (!token) {
      ++at;
      continue;
    }
    std::size_t end = at;
    if (token->swallow_left)
      while (end > done && is_space(text[end - 1])) --end;
    if (end > done) fragments.push_back({text.substr(done, end - done), kNoToken});
    at += token->text.size();
    fragments.push_back({text.substr(at - token->text.size(), token->text.size()), token->id});
    if (token->swallow_right)
      while (at < text.size() && is_space(text[at])) ++at;
    done = at;
  }
  if (done < text.size()) fragments.push_back({text.substr(done), kNoToken});
  return fragments;
}

std::string SpecialTokens::guarded(std::string_view text) const {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(kGuard)) {
      utf8::append(result, utf8::kReplacement);
      at += kGuard.size();
      continue;
    }
    if (longest_at(text.substr(at))) result += kGuard;
    result += text[at++];
  }
  return result;
}

}  // namespace byeol::model
