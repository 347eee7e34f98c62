#include "bench/load/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace byeol::bench {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 300;
constexpr double kLeft = 52;
constexpr double kRight = 12;
constexpr double kTop = 30;
constexpr double kBottom = 46;
constexpr int kColours = 8;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
         escape_html(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const char* kind) {
  return "<line class=\"" + std::string(kind) + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1) +
         "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\"/>\n";
}

// From values to places, and the values worth a label.
class Axis {
 public:
  Axis(double low, double high, double from, double to, bool log)
      : log_(log),
        from_(from),
        to_(to),
        low_(log ? std::log10(low) : low),
        high_(log ? std::log10(high) : high) {
    if (high_ <= low_) high_ = low_ + 1;
  }

  double at(double value) const {
    double place = low_;
    if (!log_) place = value;
    if (log_ && value > 0) place = std::log10(value);
    place = std::clamp(place, low_, high_);
    return from_ + (place - low_) / (high_ - low_) * (to_ - from_);
  }

  std::vector<double> ticks() const {
    std::vector<double> ticks;
    if (!log_) {
      const double step = tick_step(high_ - low_, 8);
      for (double value = std::ceil(low_ / step) * step; value <= high_ + step * 1e-9;
           value += step)
        ticks.push_back(value);
      return ticks;
    }
    for (double power = std::floor(low_); power <= high_; ++power)
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double value = digit * std::pow(10.0, power);
        if (std::log10(value) >= low_ - 1e-9 && std::log10(value) <= high_ + 1e-9)
          ticks.push_back(value);
      }
    return ticks;
  }

 private:
  bool log_;
  double from_;
  double to_;
  double low_;
  double high_;
};

struct Extent {
  double x_low = 0;
  double x_high = 0;
  double y_high = 0;
};

Extent extent(const Plot& plot) {
  Extent extent;
  bool any = false;
  const auto take = [&](double x) {
    if (plot.log_x && x <= 0) return;
    extent.x_low = any ? std::min(extent.x_low, x) : x;
    extent.x_high = any ? std::max(extent.x_high, x) : x;
    any = true;
  };
  for (const PlotCurve& curve : plot.curves)
    for (const auto& [x, y] : curve.points) {
      take(x);
      extent.y_high = std::max(extent.y_high, y);
    }
  if (plot.mark_x) take(*plot.mark_x);
  if (!any) take(1);
  if (!plot.log_x) extent.x_low = 0;
  extent.y_high = plot.y_max.value_or(extent.y_high);
  return extent;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

double tick_step(double span, int most) {
  const double rough = span / most;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double digit : {1.0, 2.0, 5.0})
    if (digit * power >= rough * (1 - 1e-9)) return digit * power;
  return 10 * power;
}

std::vector<std::pair<double, double>> cumulative(std::vector<double> samples) {
  constexpr std::size_t kPoints = 200;
  std::ranges::sort(samples);
  std::vector<std::pair<double, double>> points;
  const std::size_t step = std::max<std::size_t>(1, samples.size() / kPoints);
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (i % step == 0 || i + 1 == samples.size())
      points.emplace_back(samples[i],
                          static_cast<double>(i + 1) / static_cast<double>(samples.size()));
  return points;
}

std::string svg_plot(const Plot& plot) {
  const Extent range = extent(plot);
  const Axis x(range.x_low, range.x_high, kLeft, kWidth - kRight, plot.log_x);
  const Axis y(0, range.y_high, kHeight - kBottom, kTop, false);
  std::string svg = "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(kHeight) +
                    "\" role=\"img\" aria-label=\"" + escape_html(plot.title) + "\">\n";
  svg += "<text class=\"title\" x=\"" + number(kLeft) + "\" y=\"16\">" + escape_html(plot.title) +
         "</text>\n";
  for (const double tick : x.ticks()) {
    svg += line(x.at(tick), kTop, x.at(tick), kHeight - kBottom, "grid");
    svg += text_at(x.at(tick), kHeight - kBottom + 15, "middle", number(tick));
  }
  for (const double tick : y.ticks()) {
    svg += line(kLeft, y.at(tick), kWidth - kRight, y.at(tick), "grid");
    svg += text_at(kLeft - 6, y.at(tick) + 4, "end", number(tick));
  }
  svg += text_at((kLeft + kWidth) / 2, kHeight - 10, "middle", plot.x_label);
  svg += text_at(kWidth - kRight, 16, "end", plot.y_label);
  if (plot.mark_x)
    svg += line(x.at(*plot.mark_x), kTop, x.at(*plot.mark_x), kHeight - kBottom, "mark");
  int colour = 0;
  for (const PlotCurve& curve : plot.curves) {
    const std::string series = "var(--series-" + std::to_string(colour++ % kColours) + ")";
    std::string points;
    for (const auto& [at, value] : curve.points)
      points += number(x.at(at)) + "," + number(y.at(value)) + " ";
    svg += "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + series + "\" points=\"" +
           points + "\"><title>" + escape_html(curve.name) + "</title></polyline>\n";
    for (const auto& [at, value] : curve.points)
      if (plot.dots)
        svg += "<circle r=\"4\" fill=\"" + series + "\" cx=\"" + number(x.at(at)) + "\" cy=\"" +
               number(y.at(value)) + "\"><title>" + escape_html(curve.name) + ": " + number(value) +
               "</title></circle>\n";
  }
  return svg + "</svg>\n";
}

}  // namespace byeol::bench
