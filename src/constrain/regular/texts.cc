// Lists of texts: a tree of their characters, made minimal.
#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "constrain/regular/language_dfa.h"

namespace byeol::constrain {
namespace {

Result<std::u32string> characters(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const utf8::Decoded decoded = utf8::decode(text);
    if (!decoded.valid) return Error{ErrorCode::kInvalidArgument, "a text that is not UTF-8"};
    result.push_back(decoded.code_point);
    text.remove_prefix(decoded.bytes);
  }
  return result;
}

}  // namespace

Result<Language> Language::of_texts(const std::vector<std::string>& texts, Budget& budget) {
  if (texts.empty()) return nothing();
  std::vector<std::u32string> all;
  std::u32string used;
  for (const std::string& text : texts) {
    BYEOL_TRY_OK(budget.spend(static_cast<std::int64_t>(text.size()) / 8, "a list of texts"));
    BYEOL_TRY(all.emplace_back(), characters(text));
    used += all.back();
  }
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());

  // A class for each character that is used, and 0 for the others.
  Dfa dfa;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (dfa.alphabet.starts.back() == used[i]) {
      dfa.alphabet.class_of.back() = dfa.alphabet.classes++;
    } else {
      dfa.alphabet.starts.push_back(used[i]);
      dfa.alphabet.class_of.push_back(dfa.alphabet.classes++);
    }
    if (used[i] < kLastChar) {
      dfa.alphabet.starts.push_back(used[i] == 0xd7ff ? 0xe000 : used[i] + 1);
      dfa.alphabet.class_of.push_back(0);
    }
  }
  const auto classes = static_cast<std::size_t>(dfa.alphabet.classes);
  const auto add_state = [&]() -> Status {
    dfa.next.resize(dfa.next.size() + classes, Dfa::kDead);
    dfa.accepting.push_back(0);
    return budget.spend(1 + dfa.alphabet.classes / 4, "a list of texts");
  };
  BYEOL_TRY_OK(add_state());
  for (const std::u32string& text : all) {
    std::size_t state = 0;
    for (const char32_t character : text) {
      const std::size_t edge =
          state * classes + static_cast<std::size_t>(dfa.alphabet.of(character));
      if (dfa.next[edge] < 0) {
        const std::int32_t added = dfa.states();
        BYEOL_TRY_OK(add_state());
        dfa.next[edge] = added;
      }
      state = static_cast<std::size_t>(dfa.next[edge]);
    }
    dfa.accepting[state] = 1;
  }
  return LanguageDfa::wrap(minimal(std::move(dfa)));
}

}  // namespace byeol::constrain
