// For tests: which texts a notation's constraint takes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "constrain/automaton.h"
#include "constrain/notation/notations.h"

namespace byeol::constrain::testing {

using Add = std::function<Result<NodeId>(GrammarBuilder&, Budget&)>;

class Texts {
 public:
  explicit Texts(const Add& add) : grammar_(build(add)) {}

  bool compiled() const { return static_cast<bool>(grammar_); }
  // Empty where it compiled.
  std::string error() const { return grammar_ ? "" : grammar_.error().message; }
  ErrorCode code() const { return grammar_.error().code; }

  bool has(std::string_view text) const {
    if (!grammar_) return false;
    Automaton automaton(*grammar_);
    Automaton::State state = automaton.start();
    for (const char byte : text) {
      state = automaton.next(state, static_cast<std::uint8_t>(byte));
      if (state == Automaton::kDead) return false;
    }
    return automaton.accepts(state);
  }

 private:
  static Result<std::shared_ptr<const Grammar>> build(const Add& add) {
    Budget budget;
    GrammarBuilder builder(budget);
    BYEOL_TRY(const NodeId root, add(builder, budget));
    return builder.build(root);
  }

  Result<std::shared_ptr<const Grammar>> grammar_;
};

inline Texts of_gbnf(std::string_view grammar) {
  return Texts([&](GrammarBuilder& b, Budget& budget) { return add_gbnf(b, grammar, budget); });
}
inline Texts of_lark(std::string_view grammar) {
  return Texts([&](GrammarBuilder& b, Budget& budget) { return add_lark(b, grammar, budget); });
}

}  // namespace byeol::constrain::testing
