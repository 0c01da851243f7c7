#include "experiments/drawing/svg_curves.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/axis.hpp"
#include "experiments/common/format.hpp"

namespace eca {

namespace {

constexpr double kWidth = 320, kHeight = 180, kLeft = 36, kRight = 8, kTop = 22, kBottom = 30;

double x_of(double share) { return kLeft + share * (kWidth - kLeft - kRight); }
double y_of(double share) { return kHeight - kBottom - share * (kHeight - kTop - kBottom); }

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor,
                escaped(text).c_str());
}

std::string polyline(const Curve& curve, const Chart& chart) {
  std::string points;
  for (size_t i = 0; i < curve.values.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(curve.values.size() - 1);
    points += format("%.1f,%.1f ", x_of(share), y_of(height_of(chart, curve.values[i])));
  }
  return format("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"%s/>",
                points.c_str(), curve.colour.c_str(), curve.width,
                curve.dashed ? " stroke-dasharray=\"4 3\"" : "");
}

// Lines and numbers of the vertical axis, and those at the ends of the horizontal one.
std::string axes(const Chart& chart) {
  std::string text;
  const Axis y = linear_axis({chart.y_low, chart.y_high}, chart.y_low, chart.y_high);
  for (const Tick& tick : y.ticks) {
    const double height = y_of(tick.place);
    text += format("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>", x_of(0), x_of(1),
                   height, height);
    text += text_at(kLeft - 4, height + 3.5, "end", tick.text);
  }
  const double base = kHeight - kBottom + 13;
  text += text_at(x_of(0), base, "start", short_number(chart.x_low)) +
          text_at(x_of(1), base, "end", short_number(chart.x_high));
  return text + text_at(x_of(0.5), base + 12, "middle", chart.x_label) +
         text_at(kLeft, 13, "start", chart.title);
}

}  // namespace

std::string svg_curves(const Chart& chart) {
  check_chart(chart);
  std::string svg = format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">", kWidth, kHeight,
                           escaped(chart.title).c_str());
  svg += axes(chart);
  for (const Curve& curve : chart.curves) svg += polyline(curve, chart);
  return svg + "</svg>\n";
}

std::string svg_bars(const std::vector<double>& values, double most, const std::string& colour) {
  constexpr double kBar = 30, kHigh = 90, kMiddle = 45, kReach = 30;
  const double width = kBar * static_cast<double>(values.size());
  std::string svg =
      format("<svg viewBox=\"0 0 %.0f %.0f\" style=\"width:%.0fpx\" role=\"img\" aria-label=\"weights\">",
             width, kHigh, width * 1.3);
  svg +=
      format("<line x1=\"0\" x2=\"%.0f\" y1=\"%.0f\" y2=\"%.0f\" class=\"grid\"/>", width, kMiddle, kMiddle);
  for (size_t i = 0; i < values.size(); ++i) {
    const double height = most > 0 ? kReach * values[i] / most : 0, x = kBar * static_cast<double>(i);
    svg += format("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x + 3,
                  kMiddle - std::max(height, 0.0), kBar - 6, std::abs(height), colour.c_str());
    svg += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" class=\"small\">%.2f</text>",
                  x + kBar / 2, values[i] < 0 ? kMiddle - height + 10 : kMiddle - height - 3, values[i]);
  }
  return svg + "</svg>\n";
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '&')
      out += "&amp;";
    else if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else if (letter == '"')
      out += "&quot;";
    else
      out += letter;
  }
  return out;
}

}  // namespace eca
