#include "constrain/regular/language.h"

#include <utility>

#include "base/utf8.h"
#include "constrain/regular/language_dfa.h"
#include "constrain/regular/nfa.h"
#include "constrain/regular/spelling.h"

namespace byeol::constrain {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

Result<Dfa> of_expression(std::string_view expression, NfaOptions options, Budget& budget) {
  BYEOL_TRY(const Regex regex, parse_regex(expression, budget));
  BYEOL_TRY(const Nfa nfa, make_nfa(regex, regex.root, options, budget));
  return determinized(nfa, Before::kNothing, budget);
}

// All texts from a state on are added to `texts`; false where there are more than `most`.
class Lister {
 public:
  Lister(const Dfa& dfa, std::size_t most) : dfa_(dfa), most_(most) {}

  std::optional<std::vector<std::string>> list() {
    if (dfa_.states() > 0 && !visit()) return std::nullopt;
    return std::move(texts_);
  }

 private:
  // A text that is longer than there are states goes round in a circle: there is no end of them.
  struct Step {
    std::int32_t state;
    std::size_t interval;  // The next to follow.
    char32_t character;    // The next of its characters.
    std::size_t text;      // Bytes up to this state.
  };
  bool visit() {
    std::string text;
    std::vector<Step> way{{0, 0, 0, 0}};
    if (!found(0, text)) return false;
    while (!way.empty()) {
      Step& step = way.back();
      text.resize(step.text);
      if (step.interval == dfa_.alphabet.starts.size()) {
        way.pop_back();
        continue;
      }
      const std::int32_t next = dfa_.step(step.state, dfa_.alphabet.class_of[step.interval]);
      if (next < 0 || step.character > dfa_.alphabet.last(step.interval)) {
        ++step.interval;
        if (step.interval < dfa_.alphabet.starts.size())
          step.character = dfa_.alphabet.starts[step.interval];
        continue;
      }
      const char32_t character = step.character++;
      if (is_surrogate(character)) continue;
      utf8::append(text, character);
      if (way.size() >= dfa_.accepting.size() || !found(next, text)) return false;
      way.push_back({next, 0, 0, text.size()});
    }
    return true;
  }
  bool found(std::int32_t state, const std::string& text) {
    if (dfa_.accepting[at(state)] == 0) return true;
    if (texts_.size() == most_) return false;
    texts_.push_back(text);
    return true;
  }

  const Dfa& dfa_;
  const std::size_t most_;
  std::vector<std::string> texts_;
};

}  // namespace

Language LanguageDfa::wrap(Dfa dfa) {
  return Language(std::make_shared<const Language::Automaton>(std::move(dfa)));
}

Language Language::nothing() {
  static const Language language = LanguageDfa::wrap(Dfa{});
  return language;
}

Language Language::anything() {
  static const Language language = LanguageDfa::wrap(dfa_of_anything());
  return language;
}

Result<Language> Language::of_pattern(std::string_view expression, Budget& budget) {
  BYEOL_TRY(Dfa dfa, of_expression(expression, {.any_head = true, .any_tail = true}, budget));
  return LanguageDfa::wrap(std::move(dfa));
}

Result<Language> Language::of_regex(std::string_view expression, Budget& budget) {
  BYEOL_TRY(Dfa dfa, of_expression(expression, {}, budget));
  return LanguageDfa::wrap(std::move(dfa));
}

Result<Language> Language::of_length(std::int64_t min, std::int64_t max, Budget& budget) {
  if (min < 0) min = 0;
  if (max != kUnlimited && max < min) return nothing();
  const std::int64_t last = max == kUnlimited ? min : max;
  BYEOL_TRY_OK(budget.spend(last + 1, "a length"));
  Dfa dfa;  // Is minimal as it is.
  for (std::int64_t length = 0; length <= last; ++length) {
    dfa.accepting.push_back(length >= min);
    dfa.next.push_back(static_cast<std::int32_t>(length) + 1);
  }
  dfa.next.back() = max == kUnlimited ? static_cast<std::int32_t>(last) : Dfa::kDead;
  return LanguageDfa::wrap(std::move(dfa));
}

Result<Language> Language::intersect(const Language& other, Budget& budget) const {
  if (is_anything()) return other;
  if (other.is_anything()) return *this;
  BYEOL_TRY(Dfa dfa, combined(automaton_->dfa, other.automaton_->dfa, Combination::kBoth, budget));
  return LanguageDfa::wrap(std::move(dfa));
}

Result<Language> Language::unite(const Language& other, Budget& budget) const {
  BYEOL_TRY(Dfa dfa,
            combined(automaton_->dfa, other.automaton_->dfa, Combination::kEither, budget));
  return LanguageDfa::wrap(std::move(dfa));
}

Result<Language> Language::subtract(const Language& other, Budget& budget) const {
  BYEOL_TRY(Dfa dfa,
            combined(automaton_->dfa, other.automaton_->dfa, Combination::kFirstOnly, budget));
  return LanguageDfa::wrap(std::move(dfa));
}

Result<Language> Language::concatenate(const Language& other, Budget& budget) const {
  BYEOL_TRY(Dfa dfa, concatenated(automaton_->dfa, other.automaton_->dfa, budget));
  return LanguageDfa::wrap(std::move(dfa));
}

bool Language::is_empty() const {
  return automaton_->dfa.states() == 0;
}

bool Language::is_anything() const {
  return automaton_->dfa.states() == 1 && automaton_->dfa.is_universal(0);
}

bool Language::is_open_ended() const {
  return !is_empty() && automaton_->dfa.every_state_goes_on();
}

bool Language::contains(std::string_view text) const {
  const Dfa& dfa = automaton_->dfa;
  std::int32_t state = dfa.states() > 0 ? 0 : Dfa::kDead;
  while (state >= 0 && !text.empty()) {
    const utf8::Decoded decoded = utf8::decode(text);
    if (!decoded.valid) return false;
    state = dfa.step(state, dfa.alphabet.of(decoded.code_point));
    text.remove_prefix(decoded.bytes);
  }
  return state >= 0 && dfa.accepting[at(state)] != 0;
}

std::optional<std::vector<std::string>> Language::texts(std::size_t most) const {
  return Lister(automaton_->dfa, most).list();
}

Result<std::shared_ptr<const ByteAutomaton>> Language::spell(Spelling spelling,
                                                             Budget& budget) const {
  BYEOL_CHECK(!is_empty());
  Automaton::Spelled& known = automaton_->spelled[static_cast<std::size_t>(spelling)];
  const std::lock_guard lock(automaton_->mutex);
  if (known.bytes) {
    BYEOL_TRY_OK(budget.spend(known.price));
    return known.bytes;
  }
  const std::int64_t left = budget.left();
  BYEOL_TRY(known.bytes, spelled(automaton_->dfa, spelling, budget));
  known.price = left - budget.left();
  return known.bytes;
}

}  // namespace byeol::constrain
