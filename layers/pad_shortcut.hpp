#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// The parameter-free shortcut, option A of He et al. (arXiv 1512.03385v1, section 3.3): every stride-th pixel
// of x (N,H,W,C), and zero channels around its own: y (N,ceil(H/stride),ceil(W/stride),channels). Deviates:
// the paper does not say where the zero channels go; here (channels-C)/2 lie before x's, the rest after.
// Throws ShapeError if channels < C or stride < 1.  Saves nothing.
Tensor pad_shortcut(const Tensor& x, int64_t channels, int64_t stride);

}  // namespace eca
