// The syntax tree of a template. Immutable once parsed; every node knows its place in the source.
// The depth of the tree is bounded by the parser (kMaxSyntaxNesting), so walking it recursively is
// safe.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/template/arithmetic.h"
#include "model/template/lexer.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

enum class ExpressionKind {
  kConstant,     // constant
  kName,         // text
  kList,         // items
  kTuple,        // items
  kMapping,      // items: key, value, key, value …
  kAttribute,    // items[0].text
  kItem,         // items[0][items[1]]
  kSlice,        // items: value, start, stop, step; null where absent
  kCall,         // items[0](arguments)
  kFilter,       // items[0]|text(arguments); items[0] is null at the head of a filter block
  kTest,         // items[0] is text(arguments)
  kNegate,       // -items[0]
  kPlus,         // +items[0]
  kNot,          // not items[0]
  kAnd,          // items, any number
  kOr,           // items, any number
  kConcat,       // items joined with ~
  kCompute,      // items[0] operation items[1]
  kCompare,      // items[0] comparisons[0] items[1] comparisons[1] items[2] …
  kConditional,  // items[0] if items[1] else items[2]; items[2] is null where absent
};

enum class Comparison {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn
};

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct ArgumentSyntax {
  enum class Kind { kPositional, kNamed, kSpreadList, kSpreadMapping };
  Kind kind;
  std::string name;  // Of a named one.
  ExpressionPtr value;
};

struct Expression {
  ExpressionKind kind;
  Position at;
  int depth = 1;  // Of the tree below.
  std::string text;
  Value constant;
  Operator operation = Operator::kAdd;
  std::vector<Comparison> comparisons;
  std::vector<ExpressionPtr> items;
  std::vector<ArgumentSyntax> arguments;
};

// What a for or set writes to: a name, an attribute of a namespace, or a tuple of targets.
struct Target {
  Position at;
  std::string name;
  std::string attribute;      // Empty: the name itself.
  std::vector<Target> parts;  // Not empty: a tuple.
};

struct Statement;
using Block = std::vector<Statement>;

struct Parameter {
  std::string name;
  ExpressionPtr otherwise;  // Null: undefined when not given.
};

struct TextStatement {
  std::string text;
};
struct PrintStatement {
  ExpressionPtr value;
};
struct IfStatement {
  struct Branch {
    ExpressionPtr condition;
    Block body;
  };
  std::vector<Branch> branches;
  Block otherwise;
};
struct ForStatement {
  Target target;
  ExpressionPtr items;
  ExpressionPtr condition;  // Null: every item.
  bool recursive = false;
  Block body;
  Block otherwise;
};
struct SetStatement {
  Target target;
  ExpressionPtr value;
};
struct SetBlockStatement {
  Target target;
  ExpressionPtr filter;  // Null: none.
  Block body;
};
struct MacroStatement {
  std::string name;
  std::vector<Parameter> parameters;
  Block body;
  bool uses_varargs = false;
  bool uses_kwargs = false;
  bool uses_caller = false;
};
struct CallBlockStatement {
  ExpressionPtr call;
  MacroStatement caller;
};
struct FilterBlockStatement {
  ExpressionPtr filter;
  Block body;
};
struct WithStatement {  // {% generation %} too: a scope without variables.
  std::vector<Target> targets;
  std::vector<ExpressionPtr> values;
  Block body;
};
struct BreakStatement {};
struct ContinueStatement {};

struct Statement {
  Position at;
  std::variant<TextStatement, PrintStatement, IfStatement, ForStatement, SetStatement,
               SetBlockStatement, MacroStatement, CallBlockStatement, FilterBlockStatement,
               WithStatement, BreakStatement, ContinueStatement>
      node;
};

}  // namespace byeol::model::jinja
