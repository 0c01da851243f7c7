// The curves that both the HTML page and the PNG sheets draw.
#pragma once

#include "experiments/drawing/chart.hpp"
#include "experiments/explain/report.hpp"

namespace eca {

// The probability of the class while pixels are taken away, or given back; dashed: in a random order.
Chart deletion_chart(const Averages& averages);
Chart insertion_chart(const Averages& averages);

// The mean gate of each channel: of the report's classes, and of all images.
Chart gate_chart(const Explanation& report, const ModelReport& model, const BlockGates& block);

// Paul Tol's "bright" colours, which plots of this program have, too; from the first again after the sixth.
const char* curve_colour(size_t i);

}  // namespace eca
