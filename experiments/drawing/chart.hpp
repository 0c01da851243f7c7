// Curves over a common axis, worked out and not yet drawn: svg_curves.hpp draws them in a page, chart_picture.hpp as pixels.
#pragma once

#include <string>
#include <vector>

namespace eca {

struct Curve {
  std::vector<double> values;  // at places 0, 1, ... of the horizontal axis, spread over all of it
  std::string colour;          // "#4477aa", or "currentColor", which the text around has
  double width = 1.5;
  bool dashed = false;
};

struct Chart {
  std::string title, x_label;
  double x_low = 0, x_high = 1;  // numbers at the ends of the horizontal axis
  double y_low = 0, y_high = 1;
  std::vector<Curve> curves;
};

// Throws Error if a curve has fewer than two values, or one that is not finite.
void check_chart(const Chart& chart);

// How high a value stands, 0 to 1.
inline double height_of(const Chart& chart, double value) {
  return (value - chart.y_low) / (chart.y_high - chart.y_low);
}

}  // namespace eca
