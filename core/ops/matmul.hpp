#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// Matrix product y (M,N) = a (M,K) * b (K,N).  Saves a and b.
// Throws ShapeError unless both have two axes and the inner extents agree.
Tensor matmul(const Tensor& a, const Tensor& b);

}  // namespace eca
