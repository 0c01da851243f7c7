// What is asked of all pixels of a channel besides their mean: x (N,H,W,C) -> one or two numbers a channel.
#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// y[n,c] = max_hw x[n,h,w,c]: x (N,H,W,C) -> y (N,C).  Throws ShapeError if x has no pixels.
Tensor global_max_pool(const Tensor& x);

// y[n,c] = sqrt(sum_hw x[n,h,w,c]^2 + eps), the length of each channel: x (N,H,W,C) -> y (N,C).
// Throws ShapeError if x has not four axes.
Tensor l2_pool(const Tensor& x, double eps);

// Mean and standard deviation of each channel: x (N,H,W,C) -> u (N,2C).
//   u[n,2c]   = mean_hw x[n,h,w,c]
//   u[n,2c+1] = sqrt(var_hw x[n,h,w,c] + eps)        var divides by H*W-1
// Throws ShapeError if H*W < 2.
Tensor mean_std_pool(const Tensor& x, double eps);

}  // namespace eca
