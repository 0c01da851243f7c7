#pragma once

#include "layers/module.hpp"

namespace eca {

// x (N,H,W,C) -> y (N,C), y = sqrt(sum_hw x^2 + eps), the length of each channel.  Throws ShapeError.
Tensor l2_pool(const Tensor& x, double eps);
// e (N,C) -> e / sqrt(mean_c e^2 + eps), each row by its own root mean square.  Throws ShapeError.
Tensor rms_normalise(const Tensor& e, double eps);

// Gated channel transformation: channels compete through their lengths. Starts as the identity.  3C weights.
class GCT : public Module {
 public:
  explicit GCT(int64_t channels);
  Tensor forward(const Tensor& x) override;

 private:
  Tensor alpha_, gamma_, beta_;
};

}  // namespace eca
