// Any bytes: a constraint that can be followed to its end, or an error with a sentence; never a
// crash or a hang. The first byte says in which notation the others are.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "constrain/automaton.h"
#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"

namespace byeol::constrain {
namespace {

constexpr std::int64_t kUnits = 100'000;  // A fuzzer wants many small runs.
constexpr int kSteps = 200;

Result<std::shared_ptr<const Grammar>> compile(char notation, std::string_view text) {
  Budget budget(kUnits);
  GrammarBuilder builder(budget);
  const auto root = [&]() -> Result<NodeId> {
    switch (notation) {
      case 'g':
        return add_gbnf(builder, text, budget);
      case 'l':
        return add_lark(builder, text, budget);
      case 'r':
        return add_regex(builder, text, budget);
      case 'w':
        return add_text_without(builder, text, budget);
      default:
        return add_json_schema(builder, text, {}, budget);
    }
  };
  BYEOL_TRY(const NodeId node, root());
  return builder.build(node);
}

void follow(std::shared_ptr<const Grammar> grammar) {
  Automaton automaton(std::move(grammar));
  Automaton::State state = automaton.start();
  for (int i = 0; i < kSteps && automaton.bytes_to_end(state) > 0; ++i) {
    const std::string end = automaton.shortest_end(state);
    BYEOL_CHECK(!end.empty());
    const std::int64_t before = automaton.bytes_to_end(state);
    state = automaton.next(state, static_cast<std::uint8_t>(end[0]));
    BYEOL_CHECK(state != Automaton::kDead);
    BYEOL_CHECK(automaton.bytes_to_end(state) < before);
  }
}

}  // namespace
}  // namespace byeol::constrain

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto grammar = byeol::constrain::compile(text[0], text.substr(1));
  if (!grammar) {
    BYEOL_CHECK(!grammar.error().message.empty());
    BYEOL_CHECK(byeol::utf8::is_valid(grammar.error().message));
    return 0;
  }
  byeol::constrain::follow(*std::move(grammar));
  return 0;
}
