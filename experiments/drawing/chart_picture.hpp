#pragma once

#include <string>

#include "experiments/drawing/chart.hpp"
#include "experiments/drawing/picture.hpp"

namespace eca {

// What svg_curves draws, as pixels; at least 160 x 120 of them. Throws what check_chart throws.
Picture chart_picture(const Chart& chart, int64_t width, int64_t height);

// Bars from a line in the middle, up and down to `most`, for a few values.
Picture bars_picture(const std::vector<double>& values, double most, Colour colour, int64_t width,
                     int64_t height);

}  // namespace eca
