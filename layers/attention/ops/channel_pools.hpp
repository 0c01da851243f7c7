// What is asked of all pixels of a channel besides their mean: x (N,H,W,C) -> one or two numbers a channel.
#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// y[n,c] = max_hw x[n,h,w,c]: x (N,H,W,C) -> y (N,C).  Throws ShapeError if x has no pixels.
Tensor global_max_pool(const Tensor& x);

// y[n,c] = sqrt(sum_hw x[n,h,w,c]^2 + eps), the length of each channel: x (N,H,W,C) -> y (N,C).  Throws ShapeError.
Tensor l2_pool(const Tensor& x, double eps);

// u[n,2c] = mean, u[n,2c+1] = standard deviation sqrt(var + eps) of channel c: x (N,H,W,C) -> u (N,2C).  The variance divides
// by H*W-1.  Throws ShapeError if H*W < 2.
Tensor mean_std_pool(const Tensor& x, double eps);

}  // namespace eca
