#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// The same elements in the same order under another shape; shares x's array.  Saves nothing.
// Throws ShapeError if x is undefined or the numbers of elements differ.
Tensor reshape(const Tensor& x, const Shape& shape);

}  // namespace eca
