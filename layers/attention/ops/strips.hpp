// Rows and columns of an image as a sequence: the ops of coordinate attention.
#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// The mean of each row, then that of each column: x (N,H,W,C) -> (N,H+W,1,C).  Throws ShapeError if x has not
// four axes, or no pixels.
Tensor strip_pool(const Tensor& x);

// Places first..first+count-1 of axis 1: u (N,L,1,C) -> (N,count,1,C).  Throws ShapeError if there are no
// such places.
Tensor take_strips(const Tensor& u, int64_t first, int64_t count);

// y[n,h,w,c] = x[n,h,w,c] * a[n,h,c] * b[n,w,c]: x (N,H,W,C), a (N,H,1,C), b (N,W,1,C).  Throws ShapeError.
Tensor scale_strips(const Tensor& x, const Tensor& a, const Tensor& b);

}  // namespace eca
