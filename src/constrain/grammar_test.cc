#include "constrain/grammar.h"

#include <gtest/gtest.h>

#include "constrain/automaton.h"
#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

using testing::plain_text;

class GrammarBuilderTest : public ::testing::Test {
 protected:
  std::string refusal(NodeId root) {
    auto grammar = builder.build(root);
    return grammar ? "" : grammar.error().message;
  }
  Budget budget;
  GrammarBuilder builder{budget};
};

TEST_F(GrammarBuilderTest, JoinsTexts) {
  const NodeId inner = builder.sequence({builder.text("b"), builder.text("c")});
  const NodeId all = builder.sequence({builder.text("a"), builder.empty(), inner});
  EXPECT_EQ(builder.node(all).kind, NodeKind::kText);
  EXPECT_EQ(builder.node(all).text, "abc");
}

TEST_F(GrammarBuilderTest, KnowsShortestTexts) {
  const NodeId list = builder.declare("list");
  builder.define(list, builder.sequence({builder.text("("), builder.repeat(list, 0, kUnlimited),
                                         builder.text(")")}));
  const NodeId root =
      builder.sequence({builder.repeat(list, 3, 5), builder.optional(builder.text("x")),
                        builder.token(7), builder.regular(plain_text(2, -1))});
  auto grammar = builder.build(root);
  ASSERT_TRUE(grammar);
  const Node& node = (*grammar)->node((*grammar)->root());
  EXPECT_EQ(node.bytes_min, 6 + 1 + 2);
  EXPECT_FALSE(node.nullable);
  EXPECT_TRUE((*grammar)->node(node.children[1]).nullable);
}

TEST_F(GrammarBuilderTest, LeavesOutWhatHasNoEnd) {
  const NodeId endless = builder.declare("endless");
  builder.define(endless, builder.sequence({builder.text("a"), endless}));
  const NodeId root = builder.choice(
      {builder.sequence({builder.text("x"), endless}), builder.text("y"), builder.nothing()});
  auto grammar = builder.build(root);
  ASSERT_TRUE(grammar);
  Automaton automaton(*grammar);
  EXPECT_EQ(automaton.only_byte(automaton.start()), 'y');
  EXPECT_NE(refusal(endless).find("nothing can be written"), std::string::npos);
  EXPECT_NE(refusal(builder.nothing()).find("nothing can be written"), std::string::npos);
  EXPECT_NE(refusal(builder.sequence({builder.text("a"), builder.nothing()})), "");
  EXPECT_EQ(refusal(builder.repeat(builder.nothing(), 0, 3)), "");
  EXPECT_EQ(refusal(builder.repeat(endless, 0, 3)), "");
}

TEST_F(GrammarBuilderTest, RefusesLeftRecursionByName) {
  const NodeId direct = builder.declare("direct");
  builder.define(
      direct, builder.choice({builder.sequence({direct, builder.text("a")}), builder.text("b")}));
  EXPECT_NE(refusal(direct).find("\"direct\" is left recursive"), std::string::npos);

  const NodeId hidden = builder.declare("hidden");
  const NodeId spaces = builder.repeat(builder.text(" "), 0, kUnlimited);
  const NodeId maybe = builder.repeat(builder.optional(builder.text("-")), 2, 2);
  builder.define(hidden,
                 builder.choice({builder.sequence({spaces, maybe, hidden}), builder.text("b")}));
  EXPECT_NE(refusal(hidden).find("\"hidden\" is left recursive"), std::string::npos);

  const NodeId self = builder.declare("self");
  builder.define(self, builder.choice({self, builder.text("b")}));
  EXPECT_NE(refusal(self).find("\"self\""), std::string::npos);
}

TEST_F(GrammarBuilderTest, RefusesWhatIsNotDefined) {
  const NodeId rule = builder.declare("later");
  EXPECT_NE(refusal(builder.optional(rule)).find("\"later\" is not defined"), std::string::npos);
  EXPECT_EQ(refusal(builder.text("a")), "");  // Nobody refers to it.
}

TEST_F(GrammarBuilderTest, RefusesAShortestTextThatIsTooLong) {
  NodeId node = builder.text("ab");
  for (int i = 0; i < 70; ++i) node = builder.repeat(node, 2, 1'000'000'000'000);
  EXPECT_NE(refusal(node).find("longer than"), std::string::npos);
  EXPECT_EQ(refusal(builder.choice({node, builder.text("c")})), "");
}

TEST(GrammarBudget, IsKept) {
  Budget budget(100);
  GrammarBuilder builder(budget);
  NodeId node = builder.text("a");
  const NodeId rule = builder.declare("rule");
  for (int i = 0; i < 200; ++i)
    node = builder.choice({builder.sequence({builder.text("b"), node}), builder.token(i)});
  builder.define(rule, node);
  auto grammar = builder.build(rule);
  ASSERT_FALSE(grammar);
  EXPECT_NE(grammar.error().message.find("too complex"), std::string::npos);
}

TEST_F(GrammarBuilderTest, SharesWhatAlternativesBeginWith) {
  std::vector<NodeId> words;
  for (int i = 0; i < 1000; ++i)
    words.push_back(builder.sequence({builder.text("word" + std::to_string(i)), builder.text("\":"),
                                      builder.regular(plain_text(0, -1))}));
  const NodeId value = builder.declare("value");
  builder.define(value, builder.text("v"));
  for (const char* end : {";", ",", ")"})
    words.push_back(builder.sequence({value, value, builder.text(end)}));
  words.push_back(builder.sequence({value, value}));
  auto grammar = builder.build(builder.choice(words));
  ASSERT_TRUE(grammar);
  Automaton automaton(*grammar);
  Automaton::State state = automaton.start();
  EXPECT_EQ(automaton.width(state), 2);
  const std::string word = "word77\":";
  for (const char byte : word) {
    state = automaton.next(state, static_cast<std::uint8_t>(byte));
    ASSERT_NE(state, Automaton::kDead);
    EXPECT_LE(automaton.width(state), 11);
  }
  state = automaton.next(automaton.next(automaton.start(), 'v'), 'v');
  EXPECT_TRUE(automaton.accepts(state));
  EXPECT_EQ(automaton.width(state), 3);
}

TEST_F(GrammarBuilderTest, SharedBeginningsMayBeDeepAndTheSame) {
  std::vector<NodeId> words;
  for (std::size_t i = 1; i < 900; ++i) {
    words.push_back(builder.text(std::string(i, 'a')));
    words.push_back(builder.text(std::string(i, 'a')));
  }
  auto grammar = builder.build(builder.choice(words));
  ASSERT_TRUE(grammar) << grammar.error().message;
  Automaton automaton(*grammar);
  Automaton::State state = automaton.start();
  for (int i = 1; i < 900; ++i) {
    state = automaton.next(state, 'a');
    ASSERT_TRUE(automaton.accepts(state));
  }
  EXPECT_TRUE(automaton.is_complete(state));
}

}  // namespace
}  // namespace byeol::constrain
