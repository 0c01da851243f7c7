#pragma once

#include "layers/module.hpp"

namespace eca {

// e (N,H,W,C) = (x - mean)^2 / (4 (var + lambda)) + 1/2, mean and var over the pixels of each channel, var
// divided by H*W-1: how far a value stands out.  Throws ShapeError if H*W < 2.
Tensor simam_energy(const Tensor& x, double lambda);

// SimAM: x (N,H,W,C) * sigmoid(simam_energy(x)), one gate for every value and no weights.  Throws Error
// unless lambda > 0.
class SimAM : public Module {
 public:
  explicit SimAM(double lambda = 1e-4);
  Tensor forward(const Tensor& x) override;

 private:
  double lambda_;
};

}  // namespace eca
