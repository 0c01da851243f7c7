#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// Sum of all elements, a scalar ().  Saves nothing. Throws ShapeError if x is undefined.
Tensor sum(const Tensor& x);
// Mean of all elements, a scalar ().  Saves nothing. Throws ShapeError if x is undefined or has none.
Tensor mean(const Tensor& x);

}  // namespace eca
