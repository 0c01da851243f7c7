#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// a and b one after the other along the last axis: (...,A) and (...,B) -> (...,A+B).  Saves nothing.
// Throws ShapeError unless all other extents agree.
Tensor concat(const Tensor& a, const Tensor& b);

}  // namespace eca
