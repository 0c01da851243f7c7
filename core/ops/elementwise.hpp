// Elementwise autograd ops. All tensors of an op have one shape, any; there is no broadcasting.
#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// y = a + b.  Saves nothing. Throws ShapeError unless a and b have the same shape.
Tensor add(const Tensor& a, const Tensor& b);
// y = a - b.  Saves nothing. Throws ShapeError unless a and b have the same shape.
Tensor sub(const Tensor& a, const Tensor& b);
// y = a * b.  Saves a and b. Throws ShapeError unless a and b have the same shape.
Tensor mul(const Tensor& a, const Tensor& b);
// y = factor * x.  Saves nothing. Throws ShapeError if x is undefined.
Tensor scale(const Tensor& x, real factor);

}  // namespace eca
