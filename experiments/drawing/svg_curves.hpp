// Curves with axes as SVG, to stand in an HTML page: texts and axes have the colour of the page's text.
#pragma once

#include <string>
#include <vector>

namespace eca {

struct SvgCurve {
  std::vector<double> values;  // at places 0, 1, ... of the horizontal axis, spread over all of it
  std::string colour;          // "#4477aa", "currentColor"
  double width = 1.5;
  bool dashed = false;
};

struct SvgFrame {
  std::string title, x_label;
  double x_low, x_high;  // numbers at the ends of the horizontal axis
  double y_low, y_high;
};

// 320 x 180 units, to be scaled by the page. Throws Error if a curve has fewer than two values, or one that is not finite.
std::string svg_curves(const SvgFrame& frame, const std::vector<SvgCurve>& curves);

// Bars from 0, up and down, with their numbers, for a few values: 30 units for each, 90 high.
std::string svg_bars(const std::vector<double>& values, double most, const std::string& colour);

// A text where '&', '<', '>' and '"' stand for themselves, in HTML and SVG.
std::string escaped(const std::string& text);

}  // namespace eca
