// Arms as points with intervals. Their names stand in a column at the right, joined to the points by thin lines,
// so that no two lie on each other however near the points are.
#pragma once

#include <string>
#include <vector>

#include "experiments/common/axis.hpp"

namespace eca {

struct ScatterPoint {
  std::string name;
  double x, x_low, x_high;
  double y, y_low, y_high;
};

struct ScatterPlot {
  std::string title, x_label, y_label;
  Axis x, y;
  std::vector<ScatterPoint> points;  // a point keeps its colour as long as it keeps its place in this list
};

// The script that draws the plot as `png`. Points at one x are drawn side by side, in order.
std::string scatter_script(const ScatterPlot& plot, const std::string& png);

}  // namespace eca
