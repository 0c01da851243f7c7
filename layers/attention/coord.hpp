#pragma once

#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"

namespace eca {

// Coordinate attention: x (N,H,W,C) times one gate for each row and one for each column, both computed from
// the means of all rows and columns through max(8, C/r) shared features. Throws Error if r < 1.
class CoordinateAttention : public Module {
 public:
  explicit CoordinateAttention(int64_t channels, int64_t r = 32);
  Tensor forward(const Tensor& x) override;

 private:
  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d &conv_h_, &conv_w_;
};

}  // namespace eca
