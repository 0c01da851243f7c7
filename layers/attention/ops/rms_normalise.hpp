#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// u[n,c] = e[n,c] / sqrt(1/C sum_c e[n,c]^2 + eps), each row by its own root mean square: e,u (N,C).  Throws ShapeError.
Tensor rms_normalise(const Tensor& e, double eps);

}  // namespace eca
