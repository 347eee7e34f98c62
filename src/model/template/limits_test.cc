// A template is untrusted: each way to ask for too much ends in one sentence, and soon.
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "model/template/parser.h"
#include "model/template/program.h"

namespace byeol::model::jinja {
namespace {

using Json = nlohmann::ordered_json;

std::string error_of(const std::string& source, const Limits& limits = {}) {
  Result<Block> block = parse(source);
  if (!block) return block.error().message;
  const Result<std::string> prompt =
      run(Program{*std::move(block)}, ChatInputs{}, Json::array(), limits);
  return prompt ? "no error" : prompt.error().message;
}

void expect_error(const std::string& source, const std::string& wanted, const Limits& limits = {}) {
  const std::string message = error_of(source, limits);
  EXPECT_NE(message.find(wanted), std::string::npos) << source.substr(0, 200) << "\n" << message;
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

constexpr Limits kSmallMemory{.memory_bytes = std::size_t{4} << 20};
constexpr const char* kString = "builds a string of more than 16 MiB";
constexpr const char* kMemory = "take more than 4 MiB of memory";
constexpr const char* kSteps = "takes more than 100000 steps";
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

TEST(TemplateLimits, ValuesTakeNoMoreMemoryThanTheyMay) {
  expect_error("{{ [0] * 10**9 }}", kMemory, kSmallMemory);
  expect_error(
      "{% set s = 'x' * 10**5 %}{% set n = namespace(l=[]) %}{% for i in range(99) %}"
      "{% set n.l = n.l + [s ~ i] %}{% endfor %}",
      kMemory, kSmallMemory);
  expect_error("{% for x in [1] * 10**4 %}{{ [[[[[[[[[[[[[[[]]]]]]]]]]]]]]] }}{% endfor %}",
               kMemory, kSmallMemory);
  // What small values cost beside their bytes counts as well.
  expect_error("{% set l = ('a' * 60000) | list %}", kMemory, kSmallMemory);
  expect_error("{{ ('a ' * 50000).split() }}", kMemory, kSmallMemory);
  expect_error("{% set s = 'x' * 10**6 %}{{ [d[s], d[s ~ 1], d[s ~ 2], d[s ~ 3]] }}", "undefined");
}

TEST(TemplateLimits, WorkTakesNoMoreStepsThanItMay) {
  expect_error("{% set r = range(1000) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}",
               kSteps, kProbeLimits);
  // Each turn looks at a long string, or at two: what that takes is charged, not just the call.
  const std::string long_strings = "{% set s = 'x' * 10**5 %}{% set t = 'x' * 5000 ~ 'y' %}";
  for (const char* work : {"s is lower",
                           "s | length",
                           "s.isupper()",
                           "s.isalpha()",
                           "s == s ~ ''",
                           "s in s",
                           "'x'.strip(s)",
                           "s.strip(s)",
                           "s.count('xy')",
                           "s.find(t)",
                           "s.rfind(t)",
                           "t in s",
                           "s.replace(t, '')",
                           "s.split(t)",
                           "s.rsplit(t)",
                           "s.partition(t)",
                           "s.startswith((s, s))",
                           "s | wordcount",
                           "s | tojson",
                           "[s] | tojson",
                           "[s] | string",
                           "s[::-1]",
                           "s[-1]",
                           "s | truncate",
                           "'%s' % s",
                           "'{}'.format(s)",
                           "s.splitlines()",
                           "s | indent"})
    expect_error(long_strings + "{% for a in range(100) %}{% set _ = " + work + " %}{% endfor %}",
                 kSteps, kProbeLimits);
}

// The one test that goes as far as production does. A stop-watch would fail on a busy machine; in a
// release build this takes about a second.
TEST(TemplateLimits, AHostileTemplateIsRefusedByTheLimitsOfARendering) {
  expect_error(
      "{% set r = range(1000) %}{% for a in r %}{% for b in r %}{% for c in r %}"
      "{% endfor %}{% endfor %}{% endfor %}",
      "takes more than 5000000 steps");
  expect_error("{{ [0] * 10**9 }}", "take more than 128 MiB of memory");
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
  // Without `caller` somewhere inside it a macro takes no call block at all.
  expect_error("{% macro m() %}{% call m() %}{{ caller }}{% endcall %}{% endmacro %}{{ m() }}",
               kCalls);
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

TEST(TemplateLimits, ASourceHasAtMost256KiB) {
  expect_error(std::string((256 << 10) + 1, 'x'), "expected at most 262144");
}

TEST(TemplateLimits, JsonNestsAtMost100Deep) {
  // Deep enough to overflow the stack of whoever copies it.
  const Json messages = Json::parse(repeated("[", 100'000) + repeated("]", 100'000));
  EXPECT_FALSE(normalized_messages(messages, true));
  Result<Block> block = parse("{{ x }}");
  ASSERT_TRUE(block);
  ChatInputs inputs;
  inputs.extra["x"] = Json::parse(repeated("[", 200) + repeated("]", 200));
  const Result<std::string> prompt = run(Program{*std::move(block)}, inputs, Json::array());
  ASSERT_FALSE(prompt);
  EXPECT_EQ(prompt.error().message, "read x: the JSON is nested deeper than 100 levels");
}

TEST(TemplateLimits, AnErrorIsShortAndUtf8) {
  const std::string message = error_of("{{ raise_exception('\xff' * 10**6) }}");
  EXPECT_LT(message.size(), 7000u);
  EXPECT_TRUE(utf8::is_valid(message));
  EXPECT_LT(error_of("{{ " + std::string(50'000, 'a') + ".b }}").size(), 200u);
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
