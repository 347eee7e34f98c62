// A grammar over bytes: what an answer may be. Regular pieces, sequences, choices, counted
// repetitions and rules that may refer to themselves. What every notation (JSON Schema, GBNF, Lark,
// a regular expression, a list of choices) is compiled to.
//
// A grammar that was built has no dead ends: what can be begun can be ended. Nothing in it is left
// recursive, so that a pushdown automaton can follow it byte by byte.
//
// Threads: a Grammar is immutable; a builder belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/byte_automaton.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {

using TokenId = std::int32_t;
using NodeId = std::int32_t;

enum class NodeKind : std::uint8_t {
  kEmpty,     // The empty text.
  kText,      // These bytes.
  kRegular,   // What the automaton accepts.
  kToken,     // One control token, which has no bytes.
  kSequence,  // Its children one after another.
  kChoice,    // One of its children.
  kRepeat,    // Its child, min to max times.
  kRule,      // Its child, which may contain the rule again.
};

// What a rule's texts are to whoever keeps names apart (distinct_names.h).
enum class RuleMark : std::uint8_t {
  kNone,
  kDistinct,  // The inside of an object of which no two names may be equal.
  kName,      // Such a name, without its quotes.
};

struct Node {
  NodeKind kind = NodeKind::kEmpty;
  bool nullable = false;  // Whether it can be the empty text.
  std::string text;
  std::shared_ptr<const ByteAutomaton> automaton;
  TokenId token = -1;
  RuleMark mark = RuleMark::kNone;  // Of kRule.
  std::vector<NodeId> children;
  std::int64_t min = 0, max = 0;  // Of kRepeat; max kUnlimited.
  std::int64_t bytes_min = 0;     // Of its shortest text; a control token counts as 1.
};

class Grammar {
 public:
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  NodeId root() const { return root_; }
  std::size_t size() const { return nodes_.size(); }
  bool has_distinct_names() const { return has_distinct_names_; }

 private:
  friend class GrammarBuilder;
  std::vector<Node> nodes_;
  NodeId root_ = 0;
  bool has_distinct_names_ = false;
};

class GrammarBuilder {
 public:
  // What it builds is paid from `budget`, which outlives it.
  explicit GrammarBuilder(Budget& budget) : budget_(budget) {}

  NodeId empty();
  NodeId nothing();  // No text at all: a choice that contains it does not have it.
  NodeId text(std::string bytes);
  NodeId regular(std::shared_ptr<const ByteAutomaton> automaton);
  NodeId token(TokenId control);
  NodeId sequence(std::vector<NodeId> children);
  NodeId choice(std::vector<NodeId> children);
  NodeId optional(NodeId child) { return choice({child, empty()}); }
  NodeId repeat(NodeId child, std::int64_t min, std::int64_t max);
  // A rule that is defined later: for recursion. `name` is for errors.
  NodeId declare(std::string name);
  void define(NodeId rule, NodeId body);
  NodeId marked(RuleMark mark, NodeId child);

  // As it was made; `nullable` and `bytes_min` are known once it is built.
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  // A choice of which no two alternatives begin alike: choice() arranges its own that way.
  NodeId unfactored(std::vector<NodeId> children);

  // kInvalidArgument: a rule that was never defined, a left recursion (by the rule's name), nothing
  // that could be written, a budget that is spent (also by calls before).
  Result<std::shared_ptr<const Grammar>> build(NodeId root);

 private:
  NodeId add(Node node);

  Budget& budget_;
  std::vector<Node> nodes_;
  std::vector<std::string> rule_names_;  // By node; empty for other kinds.
  std::optional<Error> error_;           // The first that a call met.
};

}  // namespace byeol::constrain
