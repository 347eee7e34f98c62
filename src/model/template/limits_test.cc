// A template is untrusted: each way to ask for too much ends in one sentence, and soon.
#include <gtest/gtest.h>

#include <chrono>

#include "model/template/parser.h"
#include "model/template/program.h"

namespace byeol::model::jinja {
namespace {

std::string error_of(const std::string& source) {
  const auto start = std::chrono::steady_clock::now();
  Result<Block> block = parse(source);
  if (!block) return block.error().message;
  const Result<std::string> prompt = run(Program{*std::move(block)}, ChatInputs{});
  // Generous, for sanitizers on a busy machine; what it must catch takes minutes or for ever.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60)) << source;
  return prompt ? "no error" : prompt.error().message;
}

void expect_error(const std::string& source, const std::string& wanted) {
  const std::string message = error_of(source);
  EXPECT_NE(message.find(wanted), std::string::npos) << source.substr(0, 200) << "\n" << message;
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

constexpr const char* kString = "builds a string of more than 16 MiB";
constexpr const char* kMemory = "take more memory than they may (256 MiB)";
constexpr const char* kSteps = "takes more steps than it may (50 million)";
constexpr const char* kOutput = "writes more than 16 MiB";
constexpr const char* kCalls = "calls itself or nests deeper than 600 levels";
constexpr const char* kNested = "nested deeper than";

TEST(TemplateLimits, AStringHasAtMost16MiB) {
  expect_error("{{ 'a' * 10**9 }}", kString);
  expect_error("{{ 'a' * 9223372036854775807 }}", kString);
  expect_error("{% set s = 'x' * 10**6 %}{{ s.replace('x', s) | length }}", kString);
  expect_error("{% set s = 'x' * 10**6 %}{{ ([s] * 100) | join(s) | length }}", kString);
  expect_error(
      "{% set n = namespace(s='ab') %}{% for i in range(99) %}"
      "{% set n.s = n.s ~ n.s %}{% endfor %}",
      kString);
  expect_error("{{ 'x'.center(10**12) }}", kString);
  expect_error("{{ 'x'.ljust(10**12) }}", kString);
  expect_error("{{ ('x\n' * 10**5) | indent(9999) }}", kString);
}

TEST(TemplateLimits, ValuesTakeAtMost256MiB) {
  expect_error("{{ [0] * 10**9 }}", kMemory);
  expect_error(
      "{% set s = 'x' * 10**7 %}{% set n = namespace(l=[]) %}{% for i in range(99) %}"
      "{% set n.l = n.l + [s ~ i] %}{% endfor %}",
      kMemory);
  expect_error(
      "{% set l = [] %}{% for a in range(10**5) %}{% for b in range(10**3) %}"
      "{% set _ = l.append(l) %}{% endfor %}{% endfor %}",
      kMemory);
}

TEST(TemplateLimits, LoopsTakeAtMost50MillionSteps) {
  expect_error(
      "{% set r = range(1000) %}{% for a in r %}{% for b in r %}{% for c in r %}"
      "{% endfor %}{% endfor %}{% endfor %}",
      kSteps);
  expect_error(
      "{% set s = 'x' * 10**7 %}{% for a in range(10**5) %}{{ s is lower }}{{ s | length }}"
      "{% endfor %}",
      kSteps);
}

TEST(TemplateLimits, APromptHasAtMost16MiB) {
  expect_error("{% set s = 'x' * 10**6 %}{% for a in range(20) %}{{ s }}{% endfor %}", kOutput);
}

TEST(TemplateLimits, RangeHasAtMost100000Numbers) {
  expect_error("{{ range(10**9) }}", "range() has more than 100000 numbers");
  EXPECT_EQ(error_of("{{ range(10**5) | length }}"), "no error");
}

TEST(TemplateLimits, CallsNestAtMost600Deep) {
  expect_error("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", kCalls);
  expect_error("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", kCalls);
  expect_error("{% macro m() %}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}", kCalls);
}

TEST(TemplateLimits, SyntaxNestsAtMost150Deep) {
  for (const auto& [open, close] : {std::pair("(", ")"),
                                    {"[", "]"},
                                    {"{1:", "}"},
                                    {"-", ""},
                                    {"not ", ""},
                                    {"a.b[", "]"},
                                    {"f(", ")"}})
    expect_error("{{ " + repeated(open, 5000) + "1" + repeated(close, 5000) + " }}", kNested);
  expect_error("{{ a" + repeated("|upper", 5000) + " }}", kNested);
  expect_error("{{ a" + repeated(".b", 5000) + " }}", kNested);
  expect_error("{{ 1" + repeated("+1", 5000) + " }}", kNested);
  expect_error("{{ 1" + repeated(" if 1 else 1", 5000) + " }}", kNested);
  expect_error(repeated("{% if 1 %}", 5000), kNested);
  expect_error("{% set " + repeated("(", 5000) + "a" + repeated(")", 5000) + " = 1 %}", kNested);
  expect_error("{% filter upper" + repeated("|upper", 5000) + " %}{% endfilter %}", kNested);
  EXPECT_EQ(error_of("{{ 1" + repeated(" ~ 1", 5000) + " }}"), "no error");
  EXPECT_EQ(error_of("{% if 0 %}" + repeated("{% elif 0 %}", 5000) + "{% endif %}"), "no error");
}

TEST(TemplateLimits, ValuesNestAtMost100Deep) {
  const std::string deep =
      "{% set n = namespace(l=[]) %}{% for i in range(999) %}"
      "{% set n.l = [n.l] %}{% endfor %}";
  expect_error(deep + "{{ n.l }}", kNested);
  expect_error(deep + "{{ n.l | tojson }}", kNested);
  expect_error(deep + "{{ n.l == [n.l] }}", kNested);
  expect_error("{% set l = [] %}{% set _ = l.append(l) %}{{ l }}", kNested);
  const std::string wide =
      "{% set n = namespace(l=[]) %}{% for i in range(90) %}"
      "{% set n.l = [n.l, n.l] %}{% endfor %}";
  expect_error(wide + "{{ n.l | tojson | length }}", "the template");
  expect_error(wide + "{% set m = n.l %}{{ [m, 1] == [m[:], 1] and m == m[:] }}{{ m|string }}",
               "the template");
}

TEST(TemplateLimits, ASourceHasAtMost1MiB) {
  expect_error(std::string((1 << 20) + 1, 'x'), "expected at most 1048576");
}

TEST(TemplateLimits, IntegersHave64Bits) {
  expect_error("{{ 2 ** 64 }}", "does not fit in a 64-bit integer");
  expect_error("{{ 9223372036854775807 + 1 }}", "does not fit in a 64-bit integer");
  expect_error("{{ 99999999999999999999 }}", "is too large");
  expect_error("{{ (0 - 9223372036854775807 - 1) // -1 }}", "does not fit in a 64-bit integer");
}

TEST(TemplateLimits, AKeptLoopIsHarmlessAfterItsEnd) {
  expect_error(
      "{% set n = namespace() %}{% for x in [1, 2] recursive %}{% set n.l = loop %}"
      "{% endfor %}{{ n.l.nextitem }}{{ n.l.previtem }}{{ n.l.length }}{{ n.l([1]) }}",
      "'loop' cannot be called");
}

}  // namespace
}  // namespace byeol::model::jinja
