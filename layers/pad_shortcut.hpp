#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// The shortcut without parameters: every stride-th pixel of x (N,H,W,C), with zero channels around its own,
//   y (N,OH,OW,channels)        OH = ceil(H/stride)   OW = ceil(W/stride)
// Source: He et al., arXiv 1512.03385v1, section 3.3, option A. The paper does not say where the zero channels go; here
// (channels-C)/2 lie before those of x, the rest after. Throws ShapeError if channels < C or stride < 1.  Saves nothing.
Tensor pad_shortcut(const Tensor& x, int64_t channels, int64_t stride);

}  // namespace eca
