#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// y[n,i,j,c] = x[n, i*h/H, j*w/W, c], rounded down: x (N,h,w,C) -> y (N,H,W,C).
// Throws ShapeError unless H >= h >= 1 and W >= w >= 1.
Tensor upsample_nearest(const Tensor& x, int64_t H, int64_t W);

}  // namespace eca
