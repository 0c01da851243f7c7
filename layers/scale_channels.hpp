#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// y (N,H,W,C) = x (N,H,W,C) * s (N,C), the multiplication that ends SE and ECA.  Throws ShapeError: ranks, sizes.
Tensor scale_channels(const Tensor& x, const Tensor& s);

}  // namespace eca
