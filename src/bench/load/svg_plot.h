// Plots as SVG elements for a page: no scripts, no fonts, no foreign host. Colours are the page's
// variables --series-0 ... --series-7, --ink and --faint.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace byeol::bench {

std::string escape_html(std::string_view text);

struct PlotCurve {
  std::string name;
  std::vector<std::pair<double, double>> points;  // Rising in x.
};

struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<PlotCurve> curves;
  bool log_x = false;                 // Values of 0 and below are drawn at the left edge.
  bool dots = false;                  // At each point.
  std::optional<double> mark_x = {};  // A dashed line: a limit.
  std::optional<double> y_max = {};   // Otherwise the largest value.
};

std::string svg_plot(const Plot& plot);

// Points of the cumulative distribution: x the value, y the share (0 to 1) of at most x. Of many
// samples, some 200 points.
std::vector<std::pair<double, double>> cumulative(std::vector<double> samples);

// "1", "2", "5", "10" ... steps that divide `span` into at most `most` parts.
double tick_step(double span, int most);

}  // namespace byeol::bench
