#pragma once

#include <vector>

#include "layers/batch_norm.hpp"

namespace eca {

// x (N,H,W,C) -> u (N,2C): mean and standard deviation of channel c at 2c and 2c+1.  The variance divides by
// H*W-1.  Throws ShapeError if H*W < 2.
Tensor mean_std_pool(const Tensor& x, double eps);

// Style-based recalibration: each channel is weighed by its own mean and spread, two weights and a batch norm
// for each.  4C weights. Starts with every gate at 1/2.
class SRM : public Module {
 public:
  explicit SRM(int64_t channels);
  Tensor forward(const Tensor& x) override;

 private:
  std::vector<int64_t> first_;
  Tensor cfc_;  // (C,2)
  BatchNorm2d& bn_;
};

}  // namespace eca
