// Curves with axes as SVG, to stand in an HTML page: texts and axes have the colour of the page's text.
#pragma once

#include <string>
#include <vector>

#include "experiments/drawing/chart.hpp"

namespace eca {

// 320 x 180 units, to be scaled by the page. Throws what check_chart throws.
std::string svg_curves(const Chart& chart);

// Bars from 0, up and down, with their numbers, for a few values: 30 units for each, 90 high.
std::string svg_bars(const std::vector<double>& values, double most, const std::string& colour);

// A text where '&', '<', '>' and '"' stand for themselves, in HTML and SVG.
std::string escaped(const std::string& text);

}  // namespace eca
