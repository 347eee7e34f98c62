#include "bench/load/svg_plot.h"

#include <gtest/gtest.h>

namespace byeol::bench {
namespace {

TEST(SvgPlot, EscapesTexts) {
  EXPECT_EQ(escape_html("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
}

TEST(SvgPlot, StepsAreRound) {
  EXPECT_DOUBLE_EQ(tick_step(100, 8), 20);
  EXPECT_DOUBLE_EQ(tick_step(8, 8), 1);
  EXPECT_DOUBLE_EQ(tick_step(9, 8), 2);
  EXPECT_DOUBLE_EQ(tick_step(0.75, 8), 0.1);
}

TEST(SvgPlot, CumulativeEndsAtAll) {
  using Points = std::vector<std::pair<double, double>>;
  EXPECT_EQ(cumulative({30, 10, 20, 40}), (Points{{10, 0.25}, {20, 0.5}, {30, 0.75}, {40, 1}}));
  EXPECT_EQ(cumulative({}), Points{});
  const Points many = cumulative(std::vector<double>(10'000, 5));
  EXPECT_LE(many.size(), 202u);
  EXPECT_EQ(many.back(), (std::pair<double, double>{5, 1}));
}

TEST(SvgPlot, DrawsCurvesWithinItsFrame) {
  const std::string svg = svg_plot({.title = "Title & more",
                                    .x_label = "ms",
                                    .y_label = "share",
                                    .curves = {{"first", {{0, 0}, {10, 1}}}},
                                    .dots = true,
                                    .mark_x = 20,
                                    .y_max = 1});
  EXPECT_NE(svg.find("Title &amp; more"), std::string::npos);
  // x: 0 to the mark at 20 over 52 to 628; y: 0 to 1 over 254 to 30.
  EXPECT_NE(svg.find("points=\"52,254 340,30 \""), std::string::npos) << svg;
  EXPECT_NE(svg.find("class=\"mark\" x1=\"628\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("<circle"), std::string::npos);
}

TEST(SvgPlot, DrawsWhatHasNoPointsOrOnlyOne) {
  for (const bool log : {false, true})
    for (const auto& points : std::vector<std::vector<std::pair<double, double>>>{
             {}, {{0, 0}}, {{5, 1}}, {{-1, 1}, {0, 1}}}) {
      const std::string svg = svg_plot(
          {.title = "t", .x_label = "x", .y_label = "y", .curves = {{"c", points}}, .log_x = log});
      EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
      EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
      EXPECT_TRUE(svg.ends_with("</svg>\n"));
    }
}

TEST(SvgPlot, ALogarithmicAxisHasStepsOf125) {
  const std::string svg = svg_plot({.title = "t",
                                    .x_label = "x",
                                    .y_label = "y",
                                    .curves = {{"c", {{1, 0.5}, {100, 1}}}},
                                    .log_x = true});
  for (const char* tick : {">1<", ">2<", ">5<", ">10<", ">20<", ">50<", ">100<"})
    EXPECT_NE(svg.find(tick), std::string::npos) << tick;
  EXPECT_EQ(svg.find(">200<"), std::string::npos);
}

}  // namespace
}  // namespace byeol::bench
