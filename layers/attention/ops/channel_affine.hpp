#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// z[n,c] = w[c] * y[n,c] + b[c]: y (N,C), w and b (C); b may be undefined.  Throws ShapeError.
Tensor channel_affine(const Tensor& y, const Tensor& w, const Tensor& b = {});

}  // namespace eca
