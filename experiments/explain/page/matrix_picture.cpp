#include "experiments/explain/page/matrix_picture.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/drawing/heat_map.hpp"

namespace eca {

static constexpr int64_t kMostPixels = 256;

double largest_weight_of(const std::vector<double>& values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

double largest_weight(const ModelReport& model) {
  double most = 0;
  for (const BlockGates& block : model.gates) {
    if (block.matrix) most = std::max(most, largest_weight_of(block.matrix->kernel));
  }
  return most;
}

Picture matrix_picture(const GateMatrix& matrix) {
  const Picture picture =
      signed_picture(matrix.W, matrix.channels, matrix.channels, largest_weight_of(matrix.W));
  return matrix.channels > kMostPixels ? fitted(picture, kMostPixels) : picture;
}

}  // namespace eca
