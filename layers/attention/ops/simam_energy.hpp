#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// How far each value stands out in its channel: x,e (N,H,W,C).
//   e[n,h,w,c] = (x[n,h,w,c] - mean[n,c])^2 / (4 (var[n,c] + lambda)) + 1/2
// Mean and var are over the pixels, var divides by H*W-1.  Throws ShapeError if H*W < 2.
Tensor simam_energy(const Tensor& x, double lambda);

}  // namespace eca
