#pragma once

#include "experiments/drawing/picture.hpp"
#include "experiments/explain/report.hpp"

namespace eca {

// W, a pixel a weight, or smaller where there are more than 256 channels: red above 0, blue below, up to the largest size.
Picture matrix_picture(const GateMatrix& matrix);

double largest_weight_of(const std::vector<double>& values);
// Of all kernels of a model, whose bars share their scale.
double largest_weight(const ModelReport& model);

}  // namespace eca
