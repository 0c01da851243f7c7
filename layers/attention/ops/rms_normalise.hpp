#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// Each row divided by its own root mean square: e,u (N,C).
//   u[n,c] = e[n,c] / sqrt(1/C sum_c e[n,c]^2 + eps)
// Throws ShapeError if e has not two axes.
Tensor rms_normalise(const Tensor& e, double eps);

}  // namespace eca
